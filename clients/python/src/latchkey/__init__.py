# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Latchkey from Python: issues API keys, and says whether a presented one may do what is being asked.

    import latchkey

    client = latchkey.Client()
    answer = client.validate(token, client_ip="203.0.113.7", http_method="GET", path="/reports/7")
    if answer.allowed:
        ...

``latchkey.aio.Client`` is the same for asyncio; ``latchkey.wsgi`` and ``latchkey.asgi`` guard whole applications.
"""

from ._core.calls import NEVER, UNSET, Expiry
from ._stream import UsageStream
from .client import Client
from .enums import Action, Code, KeyStatus, Verdict
from .errors import (
    Aborted,
    AlreadyExists,
    Cancelled,
    ConnectionLost,
    DataLoss,
    DeadlineExceeded,
    FailedPrecondition,
    FieldViolation,
    Internal,
    InvalidArgument,
    LatchkeyError,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Unknown,
)
from .records import (
    Account,
    Answer,
    Caller,
    ChangedAccount,
    ChangedKey,
    Grant,
    Health,
    IssuedKey,
    Key,
    RateLimit,
    RetiredSecrets,
    SecretGeneration,
    Snapshot,
)
from .usage import UsageEvent, UsageGap, UsageHeartbeat, UsageLive, UsageOutcome, UsageRecord, UsageUnknown

__version__ = "0.1.0"

__all__ = [
    "Aborted",
    "Account",
    "Action",
    "AlreadyExists",
    "Answer",
    "Caller",
    "Cancelled",
    "ChangedAccount",
    "ChangedKey",
    "Client",
    "Code",
    "ConnectionLost",
    "DataLoss",
    "DeadlineExceeded",
    "Expiry",
    "FailedPrecondition",
    "FieldViolation",
    "Grant",
    "Health",
    "Internal",
    "InvalidArgument",
    "IssuedKey",
    "Key",
    "KeyStatus",
    "LatchkeyError",
    "NEVER",
    "NotFound",
    "OutOfRange",
    "PermissionDenied",
    "RateLimit",
    "ResourceExhausted",
    "RetiredSecrets",
    "SecretGeneration",
    "Snapshot",
    "UNSET",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "Unknown",
    "UsageEvent",
    "UsageGap",
    "UsageHeartbeat",
    "UsageLive",
    "UsageOutcome",
    "UsageRecord",
    "UsageStream",
    "UsageUnknown",
    "Verdict",
]
