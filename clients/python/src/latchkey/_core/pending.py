# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""One call that has no answer yet, and what its caller is told when none will come."""

import copy
from dataclasses import dataclass
from typing import Any, Optional, Union

from .._proto.frame_pb2 import ServerFrame
from ..enums import Code
from ..errors import Cancelled, DeadlineExceeded, LatchkeyError
from . import limits, replies
from .calls import Call
from .frames import ProtocolViolation

#: Refusals that come with the server's state, before it looks whether it knows the request_id.
_PASSING = frozenset({Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED, Code.INTERNAL, Code.CANCELLED})
#: Refusals after which a change has been made, or may have been.
_MAYBE_DONE = frozenset({"STORE_FAILED", "REPLY_TOO_LARGE", "SECRET_GONE"})

#: A reply's message, or why there is none.
Outcome = Union[Any, LatchkeyError]


@dataclass
class Pending:
    """Times are on the monotonic clock."""

    call: Call[Any]
    begun: float
    deadline: float
    in_flight: bool = False
    tries: int = 0
    first_sent: float = 0.0

    @property
    def give_up_time(self) -> float:
        """A little after the deadline, so that the server's own answer can still arrive."""
        return self.deadline + limits.DEADLINE_GRACE_SECONDS

    def timeout_ms(self, now: float) -> int:
        """What is left of its time, at least 1: 0 would mean that there is no deadline."""
        return max(int((self.deadline - now) * 1000), 1)

    def outcome(self, frame: ServerFrame, member: str) -> Outcome:
        """What its last frame says."""
        if member == "error":
            return self._refused(replies.error(frame.error))
        if member != self.call.member:
            return self.ended(ProtocolViolation("the server gave another call's answer"))
        return getattr(frame, member)

    def _refused(self, error: LatchkeyError) -> LatchkeyError:
        """The server's refusal. Of a change that was sent twice it tells about the second time only, unless it is one
        that the change itself would have met with."""
        if self.call.is_mutation:
            is_passing = self.tries > 1 and error.code in _PASSING
            error.maybe_done = is_passing or error.reason in _MAYBE_DONE
            if is_passing:
                error.message += f"; the first try may have been carried out: {self.call.again}"
                error.args = (error.message,)
        return error

    def ended(self, cause: LatchkeyError) -> LatchkeyError:
        """``cause`` with what it means for this call. An exception of its own: its traceback is its caller's."""
        error = copy.copy(cause)
        error.maybe_done = self.tries > 0 and self.call.is_mutation
        error.message += self._doubt
        error.args = (error.message,)
        return error

    def timed_out(self, unreachable: Optional[LatchkeyError]) -> LatchkeyError:
        """Its time is over. ``unreachable`` is why there is no connection, if that is it."""
        if not self.in_flight and unreachable:
            return self.ended(unreachable)
        milliseconds = round((self.deadline - self.begun) * 1000)
        time = f"{milliseconds} ms" if milliseconds % 1000 else f"{milliseconds // 1000} s"
        what = "no answer to {} within {}" if self.in_flight else "{} could not be sent within {}"
        return self.ended(DeadlineExceeded(what.format(self.call.name, time), reason="DEADLINE_EXCEEDED"))

    @property
    def _doubt(self) -> str:
        if not self.call.is_mutation:
            return ""
        if self.tries == 0:
            return "; nothing was done"
        return f"; whether it was carried out is not known: {self.call.again or 'look before you try again'}"


def client_closed() -> LatchkeyError:
    """The client was closed."""
    return Cancelled("the client was closed", reason="CLIENT_CLOSED")
