# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A usage stream for threads: a generator over a connection of its own."""

import socket
from collections.abc import Generator
from types import TracebackType
from typing import Any, Optional

from . import _dial
from ._core import limits
from ._core.address import Address
from ._core.calls import Call
from ._core.stream import StreamState
from .usage import UsageRecord


class UsageStream(Generator[UsageRecord, None, None]):
    """The usage log, record by record: ``for record in stream``. For one thread at a time.

    ``close`` (or the end of a ``with`` block, or dropping it) tells the server to end it.
    """

    def __init__(self, address: Address, call: Call[list[Any]], connect_timeout: float, timeout_ms: int) -> None:
        self._state = StreamState(address, call, timeout_ms)
        self._connection = _dial.dial(address, connect_timeout)
        try:
            self._connection.sendall(self._state.request)
        except OSError as error:
            self._state.lost(_dial.words(error))

    def send(self, value: None) -> UsageRecord:
        """The next record; waits for it."""
        state = self._state
        while not state.records:
            if state.is_over:
                self._connection.close()
                if state.error is None:
                    raise StopIteration
                error, state.error = state.error, None
                raise error
            try:
                data = self._connection.recv(limits.READ_BYTES)
            except OSError as error:
                state.lost(_dial.words(error))
                continue
            if data:
                state.received(data)
            else:
                state.lost()
        return state.records.popleft()

    def throw(self, typ: Any, val: Any = None, tb: Optional[TracebackType] = None) -> UsageRecord:
        """Ends the stream, then raises: ``close`` is this with GeneratorExit."""
        self._end()
        super().throw(typ, val, tb)
        raise AssertionError("throw has raised")

    def _end(self) -> None:
        self._state.records.clear()
        if not self._state.is_over:
            self._state.end(None)
            try:
                self._connection.settimeout(limits.GOODBYE_SECONDS)
                self._connection.sendall(self._state.cancel)
                # Then nothing more: a reader in another thread wakes up too.
                self._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side has gone already.
                pass
        self._connection.close()

    def __enter__(self) -> "UsageStream":
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self._end()
