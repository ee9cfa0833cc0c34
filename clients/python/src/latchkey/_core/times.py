# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Times and spans between Python and protobuf."""

from datetime import datetime, timedelta, timezone
from typing import Optional, Union

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from . import limits

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)

#: How callers give a timeout: seconds, or a timedelta.
Timeout = Union[float, timedelta]


def read_time(message: Message, field: str) -> Optional[datetime]:
    """A field's time in UTC, cut to microseconds; None when it is unset."""
    if not message.HasField(field):
        return None
    value = getattr(message, field)
    return _EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)


def read_span(message: Message, field: str) -> Optional[timedelta]:
    """A field's span, cut to microseconds; None when it is unset."""
    if not message.HasField(field):
        return None
    value = getattr(message, field)
    return timedelta(seconds=value.seconds, microseconds=int(value.nanos / 1000))


def write_time(value: datetime) -> Timestamp:
    """ValueError for a time that does not say its zone: what instant it means could only be guessed."""
    if value.utcoffset() is None:
        raise ValueError(f"{value!r} has no time zone; write datetime.now(timezone.utc) or the like")
    seconds, microseconds = divmod((value - _EPOCH) // _MICROSECOND, 1_000_000)
    return Timestamp(seconds=seconds, nanos=microseconds * 1000)


def write_span(value: timedelta) -> Duration:
    """Seconds and nanos have one sign, as the format wants it."""
    total = value // _MICROSECOND
    seconds, microseconds = divmod(abs(total), 1_000_000)
    sign = -1 if total < 0 else 1
    return Duration(seconds=sign * seconds, nanos=sign * microseconds * 1000)


def seconds(timeout: Timeout) -> float:
    """A timeout in seconds, held to what a frame can say; ValueError unless it is positive."""
    value = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
    if not value > 0:
        raise ValueError(f"a timeout must be positive, not {timeout!r}")
    return min(value, limits.LONGEST_TIMEOUT_SECONDS)
