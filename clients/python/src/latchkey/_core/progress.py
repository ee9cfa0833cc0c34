# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""How far a usage stream has come, and what to ask for when it is opened again."""

from typing import Optional

from .._proto import key_service_pb2 as pb
from ..errors import LatchkeyError
from ..usage import UsageEvent, UsageLive, UsageRecord
from . import calls
from .address import Address
from .backoff import Backoff
from .stream import StreamState

#: What may go better when it is tried again.
_PASSING = frozenset(
    [
        "CONNECTION_LOST",
        "CONNECTION_REFUSED",
        "SHUTTING_DOWN",
        "TOO_MANY_CONNECTIONS",
        "TOO_MANY_PEER_CONNECTIONS",
        "OVERLOADED",
        "TOO_MANY_FAILURES",
    ]
)


class UsageProgress:
    """The rules by which a stream goes on behind its last record."""

    def __init__(
        self, address: Address, request: pb.StreamUsageRequest, resuming: bool, timeout: Optional[float], now: float
    ) -> None:
        self._address = address
        self._first = request
        self._resuming = resuming
        self._deadline = None if timeout is None else now + timeout
        self._backoff = Backoff()
        #: The sequence of the last record of any kind; None = none has come.
        self._last: Optional[int] = None
        self._events = 0
        self._is_live = False
        self._openings = 0

    def request(self) -> pb.StreamUsageRequest:
        """Asks for what comes behind the last record."""
        request = pb.StreamUsageRequest()
        request.CopyFrom(self._first)
        if self._last is not None:
            request.after_sequence = self._last
            # Behind 0 is the beginning.
            request.history = self._last == 0
            if self._first.limit:
                request.limit = max(self._first.limit - self._events, 0)
        return request

    def open(self, now: float) -> StreamState:
        """A connection's part of the stream: all of it, or what comes behind the last record."""
        self._openings += 1
        left = 0 if self._deadline is None else max(int((self._deadline - now) * 1000), 1)
        return StreamState(self._address, calls.usage(self.request()), left)

    @property
    def is_done(self) -> bool:
        """Whether there were as many events as were asked for."""
        return 0 < self._first.limit <= self._events

    def passes(self, record: UsageRecord) -> bool:
        """Notes what has come. False for a second marker that the history is over."""
        self._backoff.reset()
        self._last = max(self._last or 0, record.sequence)
        if isinstance(record, UsageEvent):
            self._events += 1
        elif isinstance(record, UsageLive):
            was_live, self._is_live = self._is_live, True
            return not (was_live and self._openings > 1)
        return True

    def pause(self, error: LatchkeyError, now: float) -> Optional[float]:
        """How many seconds to wait before it is opened again; None = there is no use in that, or no time left."""
        # Newest first, the last record says nothing of where to go on.
        is_lost = self._last is not None and self._first.newest_first
        if not self._resuming or is_lost or error.reason not in _PASSING:
            return None
        pause = self._backoff.next()
        return None if self._deadline is not None and now + pause >= self._deadline else pause
