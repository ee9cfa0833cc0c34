# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Drives a ClientState from an asyncio event loop."""

import asyncio
from typing import Optional, TypeVar

from . import _dial
from ._core import limits
from ._core.calls import Call
from ._core.pending import Outcome
from ._core.state import ClientState, Link, Outcomes
from ._tls import ClientTLS
from ._token import CallerToken
from .errors import LatchkeyError, Unavailable

T = TypeVar("T")


class AsyncDriver:
    """One connection for any number of tasks of one event loop. Nothing here is called from another thread."""

    def __init__(
        self,
        state: ClientState,
        token: CallerToken,
        tls: ClientTLS,
        connect_timeout: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.loop = loop
        self._state = state
        self._token = token
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._answers: dict[int, asyncio.Future[Outcome]] = {}
        self._connection: Optional[_Connection] = None
        self._connecting: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None

    async def call(self, call: Call[T], timeout: float) -> T:
        """Makes a call and waits for its answer."""
        id, pending = self._state.submit(call, self.loop.time(), timeout)
        answer: asyncio.Future[Outcome] = self.loop.create_future()
        self._answers[id] = answer
        limit = self.loop.call_at(pending.give_up_time, self._give_up, id)
        try:
            self._settle_down()
            outcome = await answer
        finally:
            limit.cancel()
            # Cancelled: nobody waits any more.
            if self._answers.pop(id, None) is not None:
                self._state.forget(id)
        if isinstance(outcome, LatchkeyError):
            raise outcome
        return call.read(outcome)

    async def close(self) -> None:
        """Ends every call and the connection, for good."""
        self._settle(self._state.close())
        if self._timer is not None:
            self._timer.cancel()
        connection = self._connection
        self._drop()
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if connection is not None:
            await connection.closed

    def _settle(self, outcomes: Outcomes) -> None:
        for id, outcome in outcomes:
            answer = self._answers.pop(id, None)
            if answer is not None and not answer.done():
                answer.set_result(outcome)

    def _give_up(self, id: int) -> None:
        self._settle([(id, self._state.give_up(id))])
        if self._state.is_silent(self.loop.time()):
            self.lose(Unavailable(f"nothing came for {limits.SILENCE_SECONDS:g} s", reason="CONNECTION_LOST"))

    def _settle_down(self) -> None:
        """Brings what is done in line with the state, after anything has changed it."""
        now = self.loop.time()
        connection = self._connection
        if connection is not None and connection.may_write:
            frames: list[bytes] = []
            while (frame := self._state.next_to_send(now)) is not None:
                frames.append(frame)
            if frames:
                connection.write(b"".join(frames))
        connect_time = self._state.connect_time()
        if connect_time is None:
            return
        if connect_time <= now:
            self._state.connecting()
            self._connecting = self.loop.create_task(self._connect())
        elif self._timer is None:
            self._timer = self.loop.call_at(connect_time, self._timer_rang)

    def _timer_rang(self) -> None:
        self._timer = None
        self._settle_down()

    # The connection

    async def _connect(self) -> None:
        connection = _Connection(self)
        self._connection = connection
        try:
            connection.authorization = self._token.read()
            await _dial.connect(self._state.address, connection, self._connect_timeout, self._tls)
        except LatchkeyError as error:
            if self._connection is connection:
                self._drop()
                self._settle(self._state.connect_failed(error, self.loop.time()))
        if self._connecting is asyncio.current_task():
            self._connecting = None
        self._settle_down()

    def connected(self, connection: "_Connection") -> None:
        """There is a connection. Nothing is received on it before this."""
        if connection is not self._connection or self._state.link is not Link.CONNECTING:
            connection.abort()
            return
        connection.may_write = True
        self._state.connected(connection.authorization, self._token.is_renewed)
        self._settle_down()

    def received(self, connection: "_Connection", data: bytes) -> None:
        """Bytes came."""
        if connection is not self._connection:
            return
        outcomes, fault = self._state.received(data, self.loop.time())
        self._settle(outcomes)
        if fault is not None:
            self.lose(fault)
        else:
            self._settle_down()

    def lose(self, cause: Optional[LatchkeyError]) -> None:
        """The connection is gone, or is to go."""
        self._drop()
        self._settle(self._state.lost(cause, self.loop.time()))
        self._settle_down()

    def connection_lost(self, connection: "_Connection", error: Optional[Exception]) -> None:
        """The other side, or the network, ended it."""
        if connection is not self._connection:
            return
        words = _dial.words(error) if isinstance(error, OSError) else None
        self.lose(Unavailable(words, reason="CONNECTION_LOST") if words else None)

    def writable(self) -> None:
        """The transport takes more again."""
        self._settle_down()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()


class _Connection(asyncio.Protocol):
    def __init__(self, driver: AsyncDriver) -> None:
        self.may_write = False
        self.authorization = ""
        self.closed: asyncio.Future[None] = driver.loop.create_future()
        self._driver = driver
        self._transport: Optional[asyncio.Transport] = None

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        self.may_write = False
        if self._transport is not None:
            self._transport.abort()
        elif not self.closed.done():
            self.closed.set_result(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._driver.connected(self)

    def data_received(self, data: bytes) -> None:
        self._driver.received(self, data)

    def pause_writing(self) -> None:
        self.may_write = False

    def resume_writing(self) -> None:
        self.may_write = True
        self._driver.writable()

    def connection_lost(self, error: Optional[Exception]) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        self._driver.connection_lost(self, error)
