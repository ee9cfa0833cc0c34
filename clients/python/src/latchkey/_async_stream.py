# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A usage stream for asyncio: an async generator over a connection of its own."""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, Optional

from . import _dial
from ._core.address import Address
from ._core.calls import Call
from ._core.stream import StreamState
from .usage import UsageRecord


class UsageStream(AsyncGenerator[UsageRecord, None]):
    """The usage log, record by record: ``async for record in stream``. For one task at a time.

    ``aclose`` (or the end of an ``async with`` block, or dropping it) tells the server to end it.
    """

    def __init__(self, address: Address, call: Call[list[Any]], connect_timeout: float, timeout_ms: int) -> None:
        self._address = address
        self._connect_timeout = connect_timeout
        self._state = StreamState(address, call, timeout_ms)
        self._feed: Optional[_Feed] = None

    async def open(self) -> None:
        """Connects and sends the request, unless that was done."""
        if self._feed is None and not self._state.is_over:
            feed = _Feed(self._state)
            self._feed = feed
            try:
                await _dial.connect(self._address, feed, self._connect_timeout)
            except BaseException:
                self._end()
                raise

    async def asend(self, value: None) -> UsageRecord:
        """The next record; waits for it."""
        await self.open()
        state, feed = self._state, self._feed
        while not state.records:
            if state.is_over or feed is None:
                error, state.error = state.error, None
                self._end()
                if error is None:
                    raise StopAsyncIteration
                raise error
            await feed.more()
        record = state.records.popleft()
        if feed is not None:
            feed.taken()
        return record

    async def athrow(self, typ: Any, val: Any = None, tb: Optional[TracebackType] = None) -> UsageRecord:
        """Ends the stream, then raises: ``aclose`` is this with GeneratorExit."""
        self._end()
        await super().athrow(typ, val, tb)
        raise AssertionError("athrow has raised")

    def _end(self) -> None:
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

    def __init__(self, state: StreamState) -> None:
        self._state = state
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
        transport.write(self._state.request)

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
