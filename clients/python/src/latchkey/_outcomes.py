# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Tells the service, in the background, how requests ended that the middlewares let through.

Nothing here slows a request or fails one: what cannot be reported is dropped, counted and told in the log.
"""

import asyncio
import atexit
import os
import threading
import time
import weakref
from collections import deque
from typing import Callable, Optional

from . import _guard, aio
from ._core import limits
from .client import Client
from .errors import LatchkeyError

#: A usage id and an HTTP status.
Outcome = tuple[bytes, int]


class OutcomeQueue:
    """Outcomes that wait to be reported, so many at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: deque[Outcome] = deque()
        self._told_time: Optional[float] = None
        self._untold = 0
        #: How many were never reported.
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, usage_id: bytes, status: int) -> bool:
        """Adds one, unless it is none that can be reported; False = there is no room, and it is dropped."""
        if len(usage_id) != limits.USAGE_ID_BYTES or not 100 <= status <= 599:
            return True
        if len(self._waiting) >= limits.OUTCOMES_WAITING:
            self.drop(1, "too many wait")
            return False
        self._waiting.append((usage_id, status))
        return True

    def take(self) -> list[Outcome]:
        """As many as fit one report."""
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), limits.REPORTED_OUTCOMES))]

    def put_back(self, outcomes: list[Outcome]) -> None:
        """Those that the service had no room for come first the next time."""
        room = max(limits.OUTCOMES_WAITING - len(self._waiting), 0)
        if len(outcomes) > room:
            self.drop(len(outcomes) - room, "too many wait")
        self._waiting.extendleft(reversed(outcomes[:room]))

    def drop(self, count: int, why: object) -> None:
        """Counts what is not reported; the log is told every 10 s at most."""
        self.dropped += count
        if isinstance(why, LatchkeyError) and why.reason == "CLIENT_CLOSED":
            # Whoever closes the client before the middleware has said what he wants.
            return
        self._untold += count
        now = self._clock()
        if self._told_time is None or now - self._told_time >= limits.OUTAGE_LOG_SECONDS:
            self._told_time, untold, self._untold = now, self._untold, 0
            _guard.log.warning("outcomes missing in the usage log: %d; %s", untold, why)


class ThreadReporter:
    """Reports from a thread of its own, which begins with the first outcome."""

    def __init__(self, client: Client) -> None:
        self._turn = _Turn(client)
        # The thread knows only the turn, so that it ends with the middleware.
        weakref.finalize(self, self._turn.stop).atexit = False

    def note(self, usage_id: bytes, status: int) -> None:
        """The request that this id was given for is answered with ``status``."""
        if self._turn.process != os.getpid():
            # After a fork: the thread is the parent's, and so is what waits.
            self._turn = _Turn(self._turn.client)
            weakref.finalize(self, self._turn.stop).atexit = False
        self._turn.note(usage_id, status)

    def close(self) -> None:
        """Reports what waits, and ends."""
        self._turn.close()

    @property
    def dropped(self) -> int:
        """How many outcomes were never reported."""
        return self._turn.queue.dropped


class _Turn:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.process = os.getpid()
        self.queue = OutcomeQueue()
        self._changed = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._is_closed = False

    def note(self, usage_id: bytes, status: int) -> None:
        with self._changed:
            if self._is_closed or not self.queue.add(usage_id, status):
                return
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="latchkey-outcomes", daemon=True)
                try:
                    thread.start()
                except RuntimeError as error:
                    # No request fails because the process may have no more threads.
                    self.queue.drop(len(self.queue.take()), error)
                    return
                self._thread = thread
                atexit.register(self.close)
            elif len(self.queue) in (1, limits.OUTCOMES_AT_ONCE):
                self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def close(self) -> None:
        self.stop()
        if self._thread is not None and self.process == os.getpid():
            self._thread.join(limits.REPORT_SECONDS)

    def _run(self) -> None:
        is_last, was_taken = False, True
        while not is_last:
            with self._changed:
                while not self._is_closed and not self.queue:
                    self._changed.wait()
                # Lets outcomes gather; woken early when there are many, or at the end.
                if not self._is_closed and len(self.queue) < limits.OUTCOMES_AT_ONCE:
                    self._changed.wait(limits.OUTCOMES_GATHER_SECONDS)
                elif not was_taken:
                    # A service that has no room is not asked again at once, however many wait.
                    self._changed.wait_for(lambda: self._is_closed, limits.OUTCOMES_GATHER_SECONDS)
                is_last, outcomes = self._is_closed, self.queue.take()
            while outcomes:
                was_taken = self._report(outcomes)
                if not was_taken:
                    break
                with self._changed:
                    outcomes = self.queue.take() if is_last else []
        with self._changed:
            while left := self.queue.take():
                self.queue.drop(len(left), "the middleware was closed")
        atexit.unregister(self.close)

    def _report(self, outcomes: list[Outcome]) -> bool:
        """Whether all were taken."""
        try:
            accepted = self.client.report_outcomes(outcomes, timeout=limits.REPORT_SECONDS)
        except LatchkeyError as error:
            with self._changed:
                self.queue.drop(len(outcomes), error)
            return False
        with self._changed:
            self.queue.put_back(outcomes[accepted:])
        return accepted == len(outcomes)


class TaskReporter:
    """Reports from tasks of the event loop that the requests run on."""

    def __init__(self, client: aio.Client) -> None:
        self._client = client
        self._queue = OutcomeQueue()
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._task: Optional["asyncio.Task[None]"] = None
        #: The service had no room for the last ones.
        self._is_put_back = False

    @property
    def dropped(self) -> int:
        """How many outcomes were never reported."""
        return self._queue.dropped

    def note(self, usage_id: bytes, status: int) -> None:
        """The request that this id was given for is answered with ``status``."""
        if not self._queue.add(usage_id, status):
            return
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._timer, self._task = loop, None, None
        if self._timer is None:
            self._timer = loop.call_later(limits.OUTCOMES_GATHER_SECONDS, self._begin)
        # What was put back waits for its time.
        if len(self._queue) >= limits.OUTCOMES_AT_ONCE and not self._is_put_back:
            self._begin()

    async def close(self) -> None:
        """Reports what waits, and ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._report()

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is not None and (self._task is None or self._task.done()):
            self._task = self._loop.create_task(self._report())

    async def _report(self) -> None:
        self._is_put_back = False
        while outcomes := self._queue.take():
            try:
                accepted = await self._client.report_outcomes(outcomes, timeout=limits.REPORT_SECONDS)
            except LatchkeyError as error:
                self._queue.drop(len(outcomes), error)
                return
            self._queue.put_back(outcomes[accepted:])
            if accepted < len(outcomes):
                self._is_put_back = True
                # Later, with what comes until then.
                if self._loop is not None and self._timer is None:
                    self._timer = self._loop.call_later(limits.OUTCOMES_GATHER_SECONDS, self._begin)
                return
