# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""A client's calls and its connection, as a machine that does no I/O.

Whoever drives it tells it what happens (a call, bytes, a connection that comes or goes) and the time, and asks it
what is to be sent and when to connect. Calls are numbered, sent in order, and answered in any order.

    submit -> waiting -> in flight -> answered
                 ^           |
                 '-----------'   a read whose connection was lost goes once more, and a change that the server
                                 would recognise; any other change fails, maybe done
"""

import enum
from collections import deque
from typing import Any, Optional

from ..enums import Code
from ..errors import ConnectionLost, LatchkeyError, ResourceExhausted, Unavailable
from . import limits, replies
from .address import Address
from .backoff import Backoff
from .calls import Call
from .frames import FrameSplitter, ProtocolViolation, encode
from .pending import Outcome, Pending, client_closed

Outcomes = list[tuple[int, Outcome]]


class Link(enum.Enum):
    """What there is of a connection. DRAINING: the server will end it; what is in flight may finish."""

    DOWN = "down"
    CONNECTING = "connecting"
    UP = "up"
    DRAINING = "draining"
    CLOSED = "closed"


class ClientState:
    """See the head of this file. Not safe for threads: whoever drives it sees to that."""

    def __init__(self, address: Address, waits_for_connection: bool = True, backoff: Optional[Backoff] = None) -> None:
        self.address = address
        self.link = Link.DOWN
        self._waits = waits_for_connection
        self._backoff = backoff or Backoff()
        self._not_before = 0.0
        self._calls: dict[int, Pending] = {}
        #: Ids in order; those that are in ``_calls`` no more are skipped.
        self._waiting: deque[int] = deque()
        self._in_flight = 0
        self._last_id = 0
        #: Why there is no connection; None = nothing has failed since a good one.
        self._unreachable: Optional[LatchkeyError] = None
        #: Since when the server has owed an answer and sent nothing.
        self._silent_since: Optional[float] = None
        self._splitter = FrameSplitter()
        self._farewell: Optional[LatchkeyError] = None
        #: The caller's token, until the connection's first frame has taken it along; empty = none.
        self._authorization = ""
        self._is_token_renewed = False

    # Calls

    def submit(self, call: Call[Any], now: float, timeout: float) -> tuple[int, Pending]:
        """Takes a call and numbers it. Raises when it cannot be taken."""
        pending = Pending(call, now, now + timeout)
        if self.link is Link.CLOSED:
            raise client_closed()
        if self.link is Link.DOWN and not self._waits and now < self._not_before and self._unreachable:
            raise pending.ended(self._unreachable)
        if self._waiting_count >= limits.WAITING_CALLS:
            message = f"{limits.WAITING_CALLS} calls wait in this client already; nothing was done"
            raise ResourceExhausted(message, reason="TOO_MANY_CALLS")
        self._last_id += 1
        self._calls[self._last_id] = pending
        self._waiting.append(self._last_id)
        return self._last_id, pending

    def next_to_send(self, now: float) -> Optional[bytes]:
        """The frame of the next call, now in flight; None = none may be sent now."""
        while self.link is Link.UP and self._waiting and self._in_flight < limits.CALLS_IN_FLIGHT:
            id = self._waiting.popleft()
            pending = self._calls.get(id)
            # One whose time is over stays where it is, for its caller to give up.
            if pending is None or pending.deadline <= now:
                continue
            pending.in_flight = True
            if pending.tries == 0:
                pending.first_sent = now
            pending.tries += 1
            self._in_flight += 1
            if self._silent_since is None:
                self._silent_since = now
            authorization, self._authorization = self._authorization, ""
            return encode(id, pending.timeout_ms(now), pending.call.body, authorization)
        return None

    def give_up(self, id: int) -> LatchkeyError:
        """The caller has waited long enough; an answer that still comes is dropped."""
        silent_since = self._silent_since
        pending = self._calls[id]
        self.forget(id)
        # That nobody waits for the answer any more does not make the server more alive.
        self._silent_since = silent_since
        return pending.timed_out(self._unreachable)

    def forget(self, id: int) -> Optional[Pending]:
        """The call is over, or its caller waits no more."""
        pending = self._calls.pop(id, None)
        if pending is not None and pending.in_flight:
            self._in_flight -= 1
            if self._in_flight == 0:
                self._silent_since = None
        elif len(self._waiting) > 2 * self._waiting_count + 16:
            self._waiting = deque(each for each in self._waiting if each in self._calls)
        return pending

    @property
    def _waiting_count(self) -> int:
        return len(self._calls) - self._in_flight

    # Bytes

    def received(self, data: bytes, now: float) -> tuple[Outcomes, Optional[LatchkeyError]]:
        """Takes what came. Returns the calls that it answers, and why the connection is of no more use, if so."""
        answered: Outcomes = []
        try:
            for frame in self._splitter.feed(data):
                member = frame.WhichOneof("result")
                if frame.id == 0 and member == "error":
                    self._part(replies.error(frame.error))
                    continue
                if not 0 < frame.id <= self._last_id or not frame.end or member is None:
                    raise ProtocolViolation("the server answered what it was not asked")
                self._backoff.reset()
                self._unreachable = None
                pending = self.forget(frame.id)
                self._silent_since = now if self._in_flight else None
                # One that was given up has no place any more; its answer comes for nothing.
                if pending is not None:
                    answered.append((frame.id, pending.outcome(frame, member)))
                if self._is_token_renewed and member == "error" and frame.error.code == Code.UNAUTHENTICATED:
                    # The token may have been replaced since: the next calls go on a connection that begins with it.
                    self._part(replies.error(frame.error))
        except ProtocolViolation as fault:
            return answered, fault
        return answered, self._farewell if self.link is Link.DRAINING and self._in_flight == 0 else None

    def _part(self, refusal: LatchkeyError) -> None:
        """The server's word that it will end the connection, and why."""
        if self.link is Link.UP:
            self.link = Link.DRAINING
            self._farewell = self._loss(refusal)

    # The connection

    def connect_time(self) -> Optional[float]:
        """When to begin to connect; None = there is no reason to."""
        return self._not_before if self.link is Link.DOWN and self._waiting_count > 0 else None

    def connecting(self) -> None:
        """An attempt begins."""
        self.link = Link.CONNECTING

    def connected(self, authorization: str = "", is_token_renewed: bool = False) -> None:
        """There is a connection. Its first frame takes ``authorization`` along, the caller's token; empty = none.
        ``is_token_renewed``: another connection may have another one."""
        self._authorization = authorization
        self._is_token_renewed = is_token_renewed
        self.link = Link.UP
        self._splitter = FrameSplitter()
        self._farewell = None

    def connect_failed(self, cause: LatchkeyError, now: float) -> Outcomes:
        """The attempt failed. Returns the calls that fail with it."""
        if self.link is Link.CLOSED:
            return []
        self.link = Link.DOWN
        self._not_before = now + self._backoff.next()
        self._unreachable = cause
        # Only for what passes by itself is it worth waiting.
        return [] if self._waits and isinstance(cause, Unavailable) else self._end_all(cause)

    def lost(self, cause: Optional[LatchkeyError], now: float) -> Outcomes:
        """The connection is gone. What may be repeated is made once more; returns the calls that fail."""
        if self.link is Link.CLOSED:
            return []
        if not isinstance(cause, ProtocolViolation):
            cause = self._farewell or self._loss(cause)
        # The first loss is made good at once; when the next connection brings no answer either, pauses begin.
        is_first = self._backoff.failures == 0
        pause = self._backoff.next()
        self._not_before = now if is_first else now + pause
        self.link = Link.DOWN
        self._unreachable = cause
        self._silent_since = None
        again: list[int] = []
        failed: Outcomes = []
        for id, pending in list(self._calls.items()):
            if not pending.in_flight:
                continue
            if not pending.call.is_repeatable or pending.tries > 1 or isinstance(cause, ProtocolViolation):
                failed.append((id, pending.ended(cause)))
                del self._calls[id]
            else:
                pending.in_flight = False
                if pending.call.is_mutation:
                    pending.deadline = min(pending.deadline, pending.first_sent + limits.REPEAT_SECONDS)
                again.append(id)
        self._in_flight = 0
        self._waiting.extendleft(sorted(again, reverse=True))
        return failed

    def is_silent(self, now: float) -> bool:
        """Whether the server has owed an answer for so long, without a byte, that the connection must be dead."""
        return self._silent_since is not None and now - self._silent_since >= limits.SILENCE_SECONDS

    def close(self) -> Outcomes:
        """Ends everything, for good."""
        self.link = Link.CLOSED
        return self._end_all(client_closed())

    def _loss(self, cause: Optional[LatchkeyError]) -> LatchkeyError:
        message = f"the connection to {self.address} was lost" + (f": {cause.message}" if cause else "")
        if cause is None:
            return ConnectionLost(message, reason="CONNECTION_LOST")
        return ConnectionLost(message, reason=cause.reason, code=cause.code, retry_after=cause.retry_after)

    def _end_all(self, cause: LatchkeyError) -> Outcomes:
        ended: Outcomes = [(id, pending.ended(cause)) for id, pending in self._calls.items()]
        self._calls.clear()
        self._waiting.clear()
        self._in_flight = 0
        self._silent_since = None
        return ended
