# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The entries of the usage log, as ``stream_usage`` gives them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Union

from .enums import Verdict


@dataclass(frozen=True)
class UsageEvent:
    """One answered validate. It never holds the presented secret."""

    sequence: int
    time: Optional[datetime]
    verdict: Verdict
    #: Empty when no key was recognised, like the next three.
    key_id: str
    name: str
    account_id: str
    user_id: str
    client_ip: str
    http_method: str
    path: str
    resource: str
    #: What a denial carries; 0 for an allowed request.
    http_status: int
    generation: int
    superseded: bool
    message: str
    usage_id: bytes
    caller: str

    @property
    def allowed(self) -> bool:
        """Whether the request was let through."""
        return self.verdict.allowed


@dataclass(frozen=True)
class UsageGap:
    """Events that this stream does not deliver. ``reason``: NOT_RETAINED, DROPPED, RESTART and others."""

    sequence: int
    first_sequence: int
    count: int
    reason: str


@dataclass(frozen=True)
class UsageLive:
    """Everything before came from history; what follows is live."""

    sequence: int


@dataclass(frozen=True)
class UsageHeartbeat:
    """Nothing happened; the stream is alive."""

    sequence: int
    time: Optional[datetime]


@dataclass(frozen=True)
class UsageOutcome:
    """The request of an earlier event has ended with ``http_status``. Of several of one event, the last counts."""

    sequence: int
    usage_id: bytes
    http_status: int
    #: When it was reported.
    time: Optional[datetime]
    #: Of the event, as what follows; empty when the service no longer had that in memory, or recognised no key.
    key_id: str = ""
    account_id: str = ""
    user_id: str = ""
    #: UNSPECIFIED when the event is not known any more.
    verdict: Verdict = Verdict.UNSPECIFIED
    superseded: bool = False


@dataclass(frozen=True)
class UsageUnknown:
    """An entry of a kind that this client does not know."""

    sequence: int


UsageRecord = Union[UsageEvent, UsageGap, UsageLive, UsageHeartbeat, UsageOutcome, UsageUnknown]
