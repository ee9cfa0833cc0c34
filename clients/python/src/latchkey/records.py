# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What the calls return: the contract's messages as values. Times are aware datetimes in UTC, spans timedeltas."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Optional, Union

from .enums import Action, KeyStatus, Verdict

#: One or several; a lone string is one, not its letters.
Strings = Union[str, Iterable[str]]
#: A member of Action, or its name: ``"read"``.
AnAction = Union[Action, str]


def strings(value: Strings) -> tuple[str, ...]:
    """As a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, init=False)
class Grant:
    """What a key may do with one kind of resource: ``Grant("reports/*", ["read", "download"])``.

    ``resource`` is ``"*"`` for every resource, and with a trailing ``/*`` everything below; no ``fields`` = all.
    """

    resource: str
    actions: tuple[Action, ...]
    fields: tuple[str, ...]

    def __init__(self, resource: str, actions: Union[AnAction, Iterable[AnAction]], fields: Strings = ()) -> None:
        one = isinstance(actions, (str, Action))
        each: Iterable[AnAction] = (actions,) if one else actions  # type: ignore[assignment]
        object.__setattr__(self, "resource", resource)
        object.__setattr__(self, "actions", tuple(Action.find(action) for action in each))
        object.__setattr__(self, "fields", strings(fields))


@dataclass(frozen=True)
class RateLimit:
    """So many requests in each period of so many seconds, and ``burst`` at once (0 = the same as requests)."""

    requests: int
    per_seconds: int
    burst: int = 0


@dataclass(frozen=True)
class SecretGeneration:
    """One secret of a key that still works; ``deadline`` is set for an old one."""

    generation: int
    create_time: Optional[datetime]
    deadline: Optional[datetime]


@dataclass(frozen=True)
class Key:
    """A key's record. It never holds a secret; ``hint`` has the first and last 4 characters of the token."""

    id: str
    account_id: str
    user_id: str
    name: str
    description: str
    hint: str
    status: KeyStatus
    enabled: bool
    allowed_ips: tuple[str, ...]
    grants: tuple[Grant, ...]
    unrestricted: bool
    api_version: str
    api_version_change_time: Optional[datetime]
    api_version_downgrade_deadline: Optional[datetime]
    create_time: Optional[datetime]
    update_time: Optional[datetime]
    #: Valid strictly before it; None = it never expires.
    expire_time: Optional[datetime]
    revoke_time: Optional[datetime]
    last_use_time: Optional[datetime]
    use_count: int
    #: The live secrets, current first.
    secrets: tuple[SecretGeneration, ...]
    revision: int
    rate_limit: Optional[RateLimit]


@dataclass(frozen=True)
class IssuedKey:
    """A key with its new token, which is shown here and nowhere else. It is left out of ``repr``."""

    key: Key
    secret: str = field(repr=False)
    revision: int


@dataclass(frozen=True)
class ChangedKey:
    """A key's record after a change, and the change's revision."""

    key: Key
    revision: int


@dataclass(frozen=True)
class RetiredSecrets:
    """A key's record after its old secrets were ended, and how many were."""

    key: Key
    retired: int
    revision: int


@dataclass(frozen=True)
class RevokedKeys:
    """How many keys were revoked at once, and the change's revision."""

    revoked: int
    revision: int


@dataclass(frozen=True)
class KeyPage:
    """Some of an account's keys, newest first. It may be short, even empty, and not the last: ``next_cursor`` tells."""

    keys: tuple[Key, ...]
    #: How many match in all.
    total: int
    #: For ``starting_after``; empty = there are no older ones.
    next_cursor: str
    #: For ``ending_before``; empty = there are no newer ones.
    previous_cursor: str


@dataclass(frozen=True)
class ValidateRequest:
    """What ``validate_batch`` asks about one presented key. The token is left out of ``repr``."""

    secret: str = field(repr=False)
    client_ip: str = ""
    resource: str = ""
    action: AnAction = Action.UNSPECIFIED
    fields: Strings = ()
    http_method: str = ""
    path: str = ""
    min_revision: int = 0
    explain: bool = False


@dataclass(frozen=True)
class Answer:
    """Whether a presented key may do what was asked. True in a condition only when it may."""

    verdict: Verdict
    #: What a person can do about a denial; for the service's own logs.
    message: str
    #: Safe to show to whoever holds the key.
    public_message: str
    key_id: str
    name: str
    account_id: str
    user_id: str
    #: The fields that the matching grants allow; empty = all. Means nothing when no grant covers the request.
    allowed_fields: tuple[str, ...]
    api_version: str
    expire_time: Optional[datetime]
    #: Which of the key's secrets was presented, 1 for the first.
    generation: int
    #: It is an old secret, which works until ``superseded_deadline``.
    superseded: bool
    superseded_deadline: Optional[datetime]
    revision: int
    usage_id: bytes
    #: The HTTP status that fits: 200, 401, 403 or 429.
    http_status: int
    #: With RATE_LIMITED: how long until the key may be used again.
    retry_after: Optional[timedelta]
    #: With ``explain``: everything that would deny, in order.
    denials: tuple[Verdict, ...]
    #: With FIELD_NOT_ALLOWED: the fields that are not.
    denied_fields: tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether the request may go on. An unknown verdict is a denial."""
        return self.verdict.allowed

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Account:
    """What holds for all keys of an account."""

    id: str
    #: 0 = no cap.
    max_active_keys: int
    active_keys: int
    total_keys: int
    default_lifetime: Optional[timedelta]
    token_prefix: str
    require_public_ips: bool
    api_version_downgrade_window: Optional[timedelta]
    default_overlap: Optional[timedelta]
    create_time: Optional[datetime]
    update_time: Optional[datetime]
    revision: int


@dataclass(frozen=True)
class AccountPage:
    """Some accounts, by id."""

    accounts: tuple[Account, ...]
    #: For ``starting_after``; empty = there are no more.
    next_cursor: str


@dataclass(frozen=True)
class ChangedAccount:
    """An account's settings after a change, and the change's revision."""

    account: Account
    revision: int


@dataclass(frozen=True)
class Caller:
    """Who the server takes this client for, and from where."""

    caller: str
    peer: str


@dataclass(frozen=True)
class Health:
    """That the server is up, what it holds, and its version."""

    serving: bool
    revision: int
    keys: int
    version: str
    start_time: Optional[datetime]


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that was written: everything up to ``revision`` is in it."""

    revision: int
    size_bytes: int
