# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A usage stream for threads: a generator over a connection of its own."""

import socket
import ssl
import threading
import time
from collections.abc import Generator
from types import TracebackType
from typing import Any, Optional

from . import _dial
from ._core import limits
from ._core.address import Address
from ._core.progress import UsageProgress
from ._core.stream import StreamState
from ._proto import key_service_pb2 as pb
from ._tls import ClientTLS
from ._token import CallerToken
from .errors import LatchkeyError
from .usage import UsageRecord


class UsageStream(Generator[UsageRecord, None, None]):
    """The usage log, record by record: ``for record in stream``. For one thread at a time.

    ``close`` (or the end of a ``with`` block, or dropping it) tells the server to end it.
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
        self._is_closed = threading.Event()
        #: Held when the connection is exchanged for a new one, and when it is closed.
        self._lock = threading.Lock()
        self._state, self._connection = self._open()

    def send(self, value: None) -> UsageRecord:
        """The next record; waits for it."""
        while True:
            record = self._next()
            if self._progress.passes(record):
                return record

    def _next(self) -> UsageRecord:
        while not self._state.records:
            state = self._state
            if state.is_over:
                self._connection.close()
                if state.error is None or self._progress.is_done or self._is_closed.is_set():
                    raise StopIteration
                self._resume(state)
                continue
            try:
                data = self._connection.recv(limits.READ_BYTES)
            except OSError as fault:
                state.lost(_dial.words(fault))
                continue
            if data:
                state.received(data)
            else:
                state.lost()
        return self._state.records.popleft()

    def _open(self) -> tuple[StreamState, socket.socket]:
        state = self._progress.open(time.monotonic())
        authorization = self._token.read()
        connection = _dial.dial(self._address, self._connect_timeout, self._tls)
        try:
            connection.sendall(state.request(authorization))
        except OSError as error:
            state.lost(_dial.words(error))
        return state, connection

    def _resume(self, lost: StreamState) -> None:
        """Goes on, on a new connection, as soon as there is one. Raises what ends the stream."""
        while lost.error is not None:
            error = lost.error
            pause = self._progress.pause(error, time.monotonic())
            if pause is None:
                lost.error = None
                raise error
            # It is how often a server that is not there is asked; closing the stream ends it.
            if self._is_closed.wait(pause):
                return
            try:
                state, connection = self._open()
            except LatchkeyError as again:
                lost.error = again
                continue
            with self._lock:
                if not self._is_closed.is_set():
                    self._state, self._connection = state, connection
                    return
            connection.close()
            return

    def throw(self, typ: Any, val: Any = None, tb: Optional[TracebackType] = None) -> UsageRecord:
        """Ends the stream, then raises: ``close`` is this with GeneratorExit."""
        self._end()
        super().throw(typ, val, tb)
        raise AssertionError("throw has raised")

    def _end(self) -> None:
        with self._lock:
            self._is_closed.set()
            state, connection = self._state, self._connection
        state.records.clear()
        if not state.is_over:
            state.end(None)
            try:
                # Another thread may be reading, and OpenSSL's connections are not for two at a time: there the
                # end of the connection has to say it.
                if not isinstance(connection, ssl.SSLSocket):
                    connection.settimeout(limits.GOODBYE_SECONDS)
                    connection.sendall(state.cancel)
                # Then nothing more: a reader in another thread wakes up too.
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side has gone already.
                pass
        connection.close()

    def __enter__(self) -> "UsageStream":
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self._end()
