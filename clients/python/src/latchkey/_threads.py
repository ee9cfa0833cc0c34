# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Drives a ClientState from threads: callers send, one thread of its own connects and receives."""

import os
import selectors
import socket
import ssl
import threading
import time
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

#: A socket that does not block, or TLS on it, cannot go on just now.
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class _Slot:
    """Where a caller waits for its outcome."""

    def __init__(self) -> None:
        self.is_settled = threading.Event()
        self.outcome: Outcome = None


class ThreadedDriver:
    """One connection for any number of threads.

    The state, the slots and what is to be sent are touched under the lock only; the selector and the socket's life
    belong to the driver's own thread.
    """

    def __init__(self, state: ClientState, token: CallerToken, tls: ClientTLS, connect_timeout: float) -> None:
        self.process = os.getpid()
        self._state = state
        self._token = token
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._lock = threading.Lock()
        self._slots: dict[int, _Slot] = {}
        self._outgoing = bytearray()
        self._socket: Optional[socket.socket] = None
        self._doom: Optional[LatchkeyError] = None
        self._is_abandoned = False
        self._selector = selectors.DefaultSelector()
        self._wake_end, self._waker = socket.socketpair()
        self._wake_end.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._wake_end, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="latchkey", daemon=True)
        self._thread.start()

    # From callers

    def call(self, call: Call[T], timeout: float) -> T:
        """Makes a call and waits for its answer."""
        slot = _Slot()
        with self._lock:
            id, pending = self._state.submit(call, time.monotonic(), timeout)
            self._slots[id] = slot
            self._send()
            if self._state.connect_time() is not None:
                self._wake()
        try:
            is_settled = slot.is_settled.wait(max(pending.give_up_time - time.monotonic(), 0))
        except BaseException:
            # KeyboardInterrupt and the like: nobody waits any more.
            with self._lock:
                self._state.forget(id)
                self._slots.pop(id, None)
            raise
        if not is_settled:
            self._give_up(id, slot)
        if isinstance(slot.outcome, LatchkeyError):
            raise slot.outcome
        return call.read(slot.outcome)

    def _give_up(self, id: int, slot: _Slot) -> None:
        with self._lock:
            # It may have been settled between the wait's end and here.
            if self._slots.pop(id, None) is None:
                return
            slot.outcome = self._state.give_up(id)
            if self._state.is_silent(time.monotonic()):
                self._doom = Unavailable(f"nothing came for {limits.SILENCE_SECONDS:g} s", reason="CONNECTION_LOST")
                self._wake()

    def close(self) -> None:
        """Ends every call and the connection, for good."""
        with self._lock:
            is_connecting = self._state.link is Link.CONNECTING
            self._settle(self._state.close())
            self._wake()
        # An attempt to connect may take its time; the thread then ends by itself.
        if not is_connecting and threading.current_thread() is not self._thread:
            self._thread.join()

    def abandon(self) -> None:
        """Nobody has the client any more. Takes no lock: the garbage collector may call it anywhere."""
        self._is_abandoned = True
        self._wake()

    def forsake(self) -> None:
        """After a fork, in the child: the connection is the parent's. Closes the child's copies of its descriptors."""
        for each in (self._selector, self._wake_end, self._waker, self._socket):
            if each is not None:
                each.close()

    def _wake(self) -> None:
        try:
            self._waker.send(b"\0")
        except OSError:
            # Full: it will wake anyway. Closed: there is nobody to wake.
            pass

    def _settle(self, outcomes: Outcomes) -> None:
        for id, outcome in outcomes:
            slot = self._slots.pop(id, None)
            if slot is not None:
                slot.outcome = outcome
                slot.is_settled.set()

    def _send(self) -> None:
        """Encodes what may go, and hands the socket as much as it takes. Under the lock."""
        now = time.monotonic()
        while len(self._outgoing) < limits.UNWRITTEN_BYTES:
            frame = self._state.next_to_send(now)
            if frame is None:
                break
            self._outgoing += frame
        if self._socket is None or not self._outgoing:
            return
        try:
            del self._outgoing[: self._socket.send(self._outgoing)]
        except _NOT_NOW:
            pass
        except OSError:
            # The thread reads the reason from the socket.
            return
        if self._outgoing:
            self._wake()

    # The thread

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            with self._lock:
                self._settle(self._state.close())
                self._drop()
            self._selector.close()
            self._wake_end.close()
            self._waker.close()

    def _turn(self) -> bool:
        """One round: connects, or waits for something to happen and sees to it. False = it is over."""
        now = time.monotonic()
        with self._lock:
            if self._is_abandoned or self._state.link is Link.CLOSED:
                return False
            if self._doom is not None:
                self._lose(self._doom)
            connect_time = self._state.connect_time()
            if connect_time is not None and connect_time <= now:
                self._state.connecting()
            is_connecting = self._state.link is Link.CONNECTING
            self._watch()
        if is_connecting:
            self._connect()
            return True
        for key, events in self._selector.select(None if connect_time is None else connect_time - now):
            if key.fileobj is self._wake_end:
                self._wake_end.recv(4096)
            else:
                self._serve(events)
        return True

    def _watch(self) -> None:
        """Watches the socket for room only while something waits for it."""
        if self._socket is not None:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
            if self._selector.get_key(self._socket).events != events:
                self._selector.modify(self._socket, events)

    def _connect(self) -> None:
        try:
            authorization = self._token.read()
            connection = _dial.dial(self._state.address, self._connect_timeout, self._tls)
        except LatchkeyError as error:
            with self._lock:
                self._settle(self._state.connect_failed(error, time.monotonic()))
            return
        connection.setblocking(False)
        with self._lock:
            if self._state.link is Link.CLOSED:
                connection.close()
                return
            self._socket = connection
            self._selector.register(connection, selectors.EVENT_READ)
            self._state.connected(authorization, self._token.is_renewed)
            self._send()

    def _serve(self, events: int) -> None:
        data: Optional[bytes] = None
        fault: Optional[LatchkeyError] = None
        if events & selectors.EVENT_READ and self._socket is not None:
            try:
                data = self._receive(self._socket)
            except _NOT_NOW:
                pass
            except OSError as error:
                data = b""
                fault = Unavailable(_dial.words(error), reason="CONNECTION_LOST")
        with self._lock:
            if data:
                outcomes, fault = self._state.received(data, time.monotonic())
                self._settle(outcomes)
            if fault is not None or data == b"":
                self._lose(fault)
            else:
                self._send()

    def _receive(self, connection: socket.socket) -> bytes:
        if isinstance(connection, ssl.SSLSocket):
            # OpenSSL's connections are not for two threads at a time. It does not block.
            with self._lock:
                return connection.recv(limits.READ_BYTES)
        return connection.recv(limits.READ_BYTES)

    def _lose(self, cause: Optional[LatchkeyError]) -> None:
        self._drop()
        self._settle(self._state.lost(cause, time.monotonic()))

    def _drop(self) -> None:
        self._doom = None
        self._outgoing.clear()
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
