# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A usage stream for asyncio: an async generator over a connection of its own."""

import asyncio
import time
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Optional

from . import _dial
from ._core.address import Address
from ._core.progress import UsageProgress
from ._core.stream import StreamState
from ._proto import key_service_pb2 as pb
from ._tls import ClientTLS
from ._token import CallerToken
from .errors import LatchkeyError
from .usage import UsageRecord


class UsageStream(AsyncGenerator[UsageRecord, None]):
    """The usage log, record by record: ``async for record in stream``. For one task at a time.

    ``aclose`` (or the end of an ``async with`` block, or dropping it) tells the server to end it.
    """

    def __init__(
        self,
        address: Address,
        token: CallerToken,
        tls: ClientTLS,
        request: pb.StreamUsageRequest,
        resuming: bool,
        connect_timeout: float,
        timeout: Optional[float],
    ) -> None:
        self._address = address
        self._token = token
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._progress = UsageProgress(address, request, resuming, timeout, time.monotonic())
        self._state = self._progress.open(time.monotonic())
        self._feed: Optional[_Feed] = None
        self._is_closed = False
        #: When it connects again; None = it is not waiting for that.
        self._retry_time: Optional[float] = None

    async def open(self) -> None:
        """Connects and sends the request, unless that was done."""
        if self._feed is None and not self._state.is_over:
            try:
                await self._connect()
            except BaseException:
                self._end()
                raise

    async def _connect(self) -> None:
        authorization = self._token.read()
        self._feed = feed = _Feed(self._state, authorization)
        await _dial.connect(self._address, feed, self._connect_timeout, self._tls)

    async def asend(self, value: None) -> UsageRecord:
        """The next record; waits for it."""
        await self.open()
        while True:
            record = await self._next()
            if self._progress.passes(record):
                return record

    async def _next(self) -> UsageRecord:
        while not self._state.records:
            state, feed = self._state, self._feed
            if state.is_over or feed is None:
                if state.error is None or self._progress.is_done or self._is_closed:
                    self._end()
                    raise StopAsyncIteration
                await self._resume(state.error)
                continue
            await feed.more()
        record = self._state.records.popleft()
        if self._feed is not None:
            self._feed.taken()
        return record

    async def _resume(self, error: LatchkeyError) -> None:
        """Goes on, on a new connection, as soon as there is one. Raises what ends the stream.

        When its task is cancelled meanwhile, as by a ``wait_for``, the next one goes on with it."""
        if self._feed is not None:
            self._feed.stop()
        while not self._is_closed:
            if self._retry_time is None:
                pause = self._progress.pause(error, time.monotonic())
                if pause is None:
                    self._state.error = None
                    self._end()
                    raise error
                self._retry_time = time.monotonic() + pause
            # It is how often a server that is not there is asked.
            await asyncio.sleep(max(self._retry_time - time.monotonic(), 0))
            self._retry_time = None
            if self._is_closed:
                return
            self._state = self._progress.open(time.monotonic())
            try:
                return await self._connect()
            except BaseException as fault:
                if isinstance(fault, LatchkeyError):
                    error = fault
                self._state.end(error)
                if error is not fault:
                    raise

    async def athrow(self, typ: Any, val: Any = None, tb: Optional[TracebackType] = None) -> UsageRecord:
        """Ends the stream, then raises: ``aclose`` is this with GeneratorExit."""
        self._end()
        await super().athrow(typ, val, tb)
        raise AssertionError("athrow has raised")

    def _end(self) -> None:
        self._is_closed = True
        self._state.records.clear()
        if self._feed is not None:
            self._feed.stop()
        self._state.end(None)

    async def __aenter__(self) -> "UsageStream":
        await self.open()
        return self

    async def __aexit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        feed = getattr(self, "_feed", None)
        if feed is not None:
            feed.abandon()


class _Feed(asyncio.Protocol):
    """The connection. It reads no further while its reader is far behind."""

    def __init__(self, state: StreamState, authorization: str) -> None:
        self._state = state
        self._authorization = authorization
        self._loop = asyncio.get_running_loop()
        self._transport: Optional[asyncio.Transport] = None
        self._is_paused = False
        self._news: Optional[asyncio.Future[None]] = None

    async def more(self) -> None:
        """Returns when there may be something new."""
        self._news = self._loop.create_future()
        try:
            await self._news
        finally:
            self._news = None

    def taken(self) -> None:
        """The reader has caught up a little."""
        if self._is_paused and not self._state.is_full and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()

    def stop(self) -> None:
        """The reader wants no more."""
        if self._transport is not None:
            if not self._state.is_over:
                self._transport.write(self._state.cancel)
            self._transport.close()
            self._transport = None

    def abandon(self) -> None:
        """The reader is gone, in whatever thread."""
        if self._transport is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.stop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._state.is_over:
            transport.abort()
            return
        self._transport = transport
        transport.write(self._state.request(self._authorization))

    def data_received(self, data: bytes) -> None:
        self._state.received(data)
        if self._state.is_full and self._transport is not None and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._tell()

    def connection_lost(self, error: Optional[Exception]) -> None:
        self._transport = None
        self._state.lost(_dial.words(error) if isinstance(error, OSError) else None)
        self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
