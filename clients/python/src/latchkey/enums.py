# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The contract's enumerations, by their numbers on the wire."""

import enum
from typing import TypeVar, Union

M = TypeVar("M", bound="_Open")


class _Open(enum.IntEnum):
    """An enumeration that a later server may extend: what this client does not know becomes UNSPECIFIED."""

    @classmethod
    def _missing_(cls, value: object) -> "_Open":
        return cls(0)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def find(cls: type[M], value: "Union[M, str]") -> M:
        """A member, also by its name in any case; ValueError for a name that is none."""
        if not isinstance(value, str):
            return cls(value)
        found = cls.__members__.get(value.upper())
        if found is None:
            names = ", ".join(name.lower() for name in list(cls.__members__)[1:])
            raise ValueError(f"{value!r} is none of {names}")
        return found


class Verdict(_Open):
    """The answer to ``validate``. Everything but VALID is a denial, an unknown answer included."""

    UNSPECIFIED = 0
    VALID = 1
    MALFORMED = 2
    NOT_FOUND = 3
    REVOKED = 4
    DISABLED = 5
    EXPIRED = 6
    SUPERSEDED = 7
    CLIENT_IP_REQUIRED = 8
    IP_NOT_ALLOWED = 9
    RESOURCE_REQUIRED = 10
    PERMISSION_DENIED = 11
    FIELD_NOT_ALLOWED = 12
    RATE_LIMITED = 13

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self is Verdict.VALID


class Action(_Open):
    """What is done to a resource."""

    UNSPECIFIED = 0
    CREATE = 1
    READ = 2
    UPDATE = 3
    DELETE = 4
    DOWNLOAD = 5


class KeyStatus(_Open):
    """What a key's record adds up to. The first that holds is told: revoked, disabled, expired, active."""

    UNSPECIFIED = 0
    ACTIVE = 1
    DISABLED = 2
    EXPIRED = 3
    REVOKED = 4


class KeyFilter(_Open):
    """Which keys a list holds. INACTIVE are all that are not active."""

    UNSPECIFIED = 0
    ACTIVE = 1
    INACTIVE = 2
    ALL = 3


class Code(_Open):
    """The canonical gRPC codes."""

    UNSPECIFIED = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16
