# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""What a call raises when it was refused or could not be made. A denied key is no error: see ``Answer.allowed``."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, NamedTuple, Optional

from .enums import Code


class FieldViolation(NamedTuple):
    """One field of a request that was refused."""

    field: str
    description: str


class LatchkeyError(Exception):
    """A call that has no answer. Catch the subclass that is named for the code, or compare ``reason``.

    ``code``        the canonical gRPC code
    ``reason``      UPPER_SNAKE_CASE for programs, stable for ever, for example ``ACTIVE_KEY_LIMIT``
    ``message``     for a person; says what to do
    ``violations``  the fields that are wrong, all at once
    ``retry_after`` when set, trying again earlier is pointless
    ``maybe_done``  True when a change was sent and its answer was lost: whether it was made is not known, so look
                    before trying again, or make the call again with the same ``request_id`` if it had one. False:
                    nothing was changed.
    """

    default_code: ClassVar[Code] = Code.UNKNOWN

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        code: Optional[Code] = None,
        violations: Sequence[FieldViolation] = (),
        retry_after: Optional[timedelta] = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.code = self.default_code if code is None else code
        self.violations: tuple[FieldViolation, ...] = tuple(violations)
        self.retry_after = retry_after
        self.maybe_done = maybe_done

    def __str__(self) -> str:
        return f"{self.message} ({self.reason or self.code.name})"


class Cancelled(LatchkeyError):
    """The call was cancelled, or the client closed."""

    default_code = Code.CANCELLED


class Unknown(LatchkeyError):
    """An error whose code this client does not know."""

    default_code = Code.UNKNOWN


class InvalidArgument(LatchkeyError):
    """The request is wrong whatever the state; ``violations`` says where."""

    default_code = Code.INVALID_ARGUMENT


class DeadlineExceeded(LatchkeyError):
    """The time was over: the server's, which did nothing then, or the client's own."""

    default_code = Code.DEADLINE_EXCEEDED


class NotFound(LatchkeyError):
    """There is no such key or account."""

    default_code = Code.NOT_FOUND


class AlreadyExists(LatchkeyError):
    """What was to be made is there already."""

    default_code = Code.ALREADY_EXISTS


class PermissionDenied(LatchkeyError):
    """The caller may not make this call."""

    default_code = Code.PERMISSION_DENIED


class ResourceExhausted(LatchkeyError):
    """A bound is reached, for example the account's active keys."""

    default_code = Code.RESOURCE_EXHAUSTED


class FailedPrecondition(LatchkeyError):
    """The state forbids it, for example a revoked key."""

    default_code = Code.FAILED_PRECONDITION


class Aborted(LatchkeyError):
    """The record is not at ``expected_revision``."""

    default_code = Code.ABORTED


class OutOfRange(LatchkeyError):
    """What was asked for lies outside what there is."""

    default_code = Code.OUT_OF_RANGE


class Unimplemented(LatchkeyError):
    """This version of the server does not honour the call, or a field that was set."""

    default_code = Code.UNIMPLEMENTED


class Internal(LatchkeyError):
    """A fault, of the server or of whatever answers in its place."""

    default_code = Code.INTERNAL


class Unavailable(LatchkeyError):
    """The server cannot be reached, is stopping, or cannot write."""

    default_code = Code.UNAVAILABLE


class DataLoss(LatchkeyError):
    """Data is damaged."""

    default_code = Code.DATA_LOSS


class Unauthenticated(LatchkeyError):
    """The caller is not who it must be."""

    default_code = Code.UNAUTHENTICATED


class ConnectionLost(Unavailable):
    """The connection went away under the call. ``maybe_done`` says whether a change may have been made."""


_by_code: dict[Code, type[LatchkeyError]] = {
    each.default_code: each
    for each in (
        Cancelled, InvalidArgument, DeadlineExceeded, NotFound, AlreadyExists, PermissionDenied, ResourceExhausted,
        FailedPrecondition, Aborted, OutOfRange, Unimplemented, Internal, Unavailable, DataLoss, Unauthenticated,
    )
}  # fmt: skip


def error_class(code: Code) -> type[LatchkeyError]:
    """The class for a code; Unknown for one that this client does not know."""
    return _by_code.get(code, Unknown)
