# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""One call that has no answer yet, and what its caller is told when none will come."""

import copy
from dataclasses import dataclass
from typing import Any, Optional, Union

from .._proto.frame_pb2 import ServerFrame
from ..errors import Cancelled, DeadlineExceeded, LatchkeyError
from . import limits, replies
from .calls import Call
from .frames import ProtocolViolation

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
            return replies.error(frame.error)
        if member != self.call.member:
            return self.ended(ProtocolViolation("the server gave another call's answer"))
        return getattr(frame, member)

    def ended(self, cause: LatchkeyError) -> LatchkeyError:
        """``cause`` with what it means for this call. An exception of its own: its traceback is its caller's."""
        error = copy.copy(cause)
        error.maybe_done = self.in_flight and self.call.is_mutation
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
        if not self.in_flight:
            return "; nothing was done"
        return "; whether it was carried out is not known: look before you try again"


def client_closed() -> LatchkeyError:
    """The client was closed."""
    return Cancelled("the client was closed", reason="CLIENT_CLOSED")
