# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Keys of another system, to be taken over with ``import_keys``."""

import hashlib
from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Optional

from .records import Grant, RateLimit, Strings

#: A token shorter than this is given no hint of itself: what is left unsaid must not be guessed.
_HINTED_CHARACTERS = 24


@dataclass(frozen=True)
class ImportedKey:
    """A key of another system: ``ImportedKey("acme", "u-1", "old key", token=..., unrestricted=True)``.

    Of a ``token`` only the SHA-256 is kept, and its first and last 4 characters as a ``hint`` when it is long enough;
    the token itself is not sent. Who has only the digest gives ``token_sha256``, 32 bytes, in its place.
    """

    account_id: str
    user_id: str
    name: str
    token: InitVar[str] = ""
    #: Left out of ``repr``: a short token can be found by trying.
    token_sha256: bytes = field(default=b"", repr=False)
    hint: str = ""
    description: str = ""
    allowed_ips: Strings = ()
    grants: Iterable[Grant] = ()
    unrestricted: bool = False
    api_version: str = ""
    #: None = it never expires. May lie in the past.
    expire_time: Optional[datetime] = None
    #: It was revoked then; None = it was not.
    revoke_time: Optional[datetime] = None
    #: When the other system made it; None = now.
    create_time: Optional[datetime] = None
    rate_limit: Optional[RateLimit] = None

    def __post_init__(self, token: str) -> None:
        if bool(token) == bool(self.token_sha256):
            raise ValueError("an imported key needs either its token or its token_sha256")
        if token:
            object.__setattr__(self, "token_sha256", hashlib.sha256(token.encode()).digest())
            if not self.hint and len(token) >= _HINTED_CHARACTERS:
                object.__setattr__(self, "hint", token[:4] + token[-4:])
        elif len(self.token_sha256) != hashlib.sha256().digest_size:
            raise ValueError("token_sha256 is the digest itself, 32 bytes: bytes.fromhex() makes it from text")


@dataclass(frozen=True)
class ImportResult:
    """What became of one imported key."""

    #: The id it was given, or has already (KEY_EXISTS).
    key_id: str
    #: Why it was not imported, as in LatchkeyError; empty = it was.
    reason: str
    message: str

    @property
    def imported(self) -> bool:
        """Whether it was taken over by this call, or with ``dry_run`` would have been."""
        return not self.reason
