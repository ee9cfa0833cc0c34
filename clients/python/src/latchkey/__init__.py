# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Latchkey from Python: issues API keys, and says whether a presented one may do what is being asked.

    import latchkey

    client = latchkey.Client()
    answer = client.validate(token, client_ip="203.0.113.7", http_method="GET", path="/reports/7")
    if answer.allowed:
        ...

``latchkey.aio.Client`` is the same for asyncio; ``latchkey.wsgi`` and ``latchkey.asgi`` guard whole applications.
Each takes a ``token`` or a ``token_file``, which says who it speaks for.
"""

from ._core.calls import CLEAR, NEVER, UNSET, Expiry, new_request_id
from ._stream import UsageStream
from .client import Client
from .enums import Action, Code, KeyFilter, KeyStatus, Verdict
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
from .imports import ImportedKey, ImportResult
from .records import (
    Account,
    AccountPage,
    Answer,
    Caller,
    ChangedAccount,
    ChangedKey,
    Grant,
    Health,
    IssuedKey,
    Key,
    KeyPage,
    RateLimit,
    RetiredSecrets,
    RevokedKeys,
    SecretGeneration,
    Snapshot,
    ValidateRequest,
)
from .usage import UsageEvent, UsageGap, UsageHeartbeat, UsageLive, UsageOutcome, UsageRecord, UsageUnknown

__version__ = "0.1.0"

__all__ = [
    "Aborted",
    "Account",
    "AccountPage",
    "Action",
    "AlreadyExists",
    "Answer",
    "CLEAR",
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
    "ImportResult",
    "ImportedKey",
    "Internal",
    "InvalidArgument",
    "IssuedKey",
    "Key",
    "KeyFilter",
    "KeyPage",
    "KeyStatus",
    "LatchkeyError",
    "NEVER",
    "NotFound",
    "OutOfRange",
    "PermissionDenied",
    "RateLimit",
    "ResourceExhausted",
    "RetiredSecrets",
    "RevokedKeys",
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
    "ValidateRequest",
    "Verdict",
    "new_request_id",
]
