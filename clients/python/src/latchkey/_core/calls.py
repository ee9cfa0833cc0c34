# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""The calls: from keyword arguments to an encoded request, and how to read its reply."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable, Final, Generic, Optional, TypeVar, Union

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from .. import records
from .._proto import key_pb2, usage_pb2
from .._proto import key_service_pb2 as pb
from .._proto.frame_pb2 import ClientFrame
from ..enums import Action, KeyFilter, Verdict
from ..errors import InvalidArgument
from ..imports import ImportedKey, ImportResult
from . import limits, replies
from .times import read_time, write_span, write_time

T = TypeVar("T")

_CALL_BYTES = limits.CLIENT_FRAME_BYTES - limits.FRAME_HEAD_BYTES


class _Marker:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


class Unset(_Marker):
    """The type of UNSET: an argument that was not given, where None means something."""


class Clear(_Marker):
    """The type of CLEAR: an update that takes something away, or sets it back to its default."""


class Never(_Marker):
    """The type of NEVER: a key that does not expire."""


UNSET: Final = Unset("UNSET")
CLEAR: Final = Clear("CLEAR")
NEVER: Final = Never("NEVER")

#: When a key ends: at a time, so long from now, or never.
Expiry = Union[datetime, timedelta, Never]


@dataclass(frozen=True)
class Call(Generic[T]):
    """A call that can be sent, also twice."""

    #: Its name in the contract.
    name: str
    #: Its member in both frames.
    member: str
    #: A ClientFrame that holds it and nothing else. It may hold a secret, and so is not shown.
    body: bytes = field(repr=False)
    #: From the reply's message to what the caller gets.
    read: Callable[[Any], T] = field(repr=False)
    #: Whether it changes keys or accounts. Whether it did cannot be known when its answer is lost.
    is_mutation: bool = False
    #: How a change may be sent again, for a person; empty = it must not be.
    again: str = ""

    @property
    def is_repeatable(self) -> bool:
        """Whether it may be sent twice: a read, or a change that the server recognises and makes once."""
        return not self.is_mutation or bool(self.again)


def _call(
    member: str, request: Message, read: Callable[[Any], T], is_mutation: bool = False, again: str = ""
) -> Call[T]:
    name = type(request).__name__[: -len("Request")]
    frame = ClientFrame()
    getattr(frame, member).CopyFrom(request)
    # An empty message is to be there too.
    getattr(frame, member).SetInParent()
    body = frame.SerializeToString()
    if len(body) > _CALL_BYTES:
        message = f"{name} has {len(body)} bytes; a call may have {_CALL_BYTES}"
        raise InvalidArgument(message, reason="FRAME_TOO_LARGE")
    if is_mutation and getattr(request, "request_id", None):
        again = "make the call again with the same request_id"
    return Call(name, member, body, read, is_mutation, again)


def new_request_id() -> bytes:
    """For one change and its retries: 16 random bytes."""
    return secrets.token_bytes(limits.REQUEST_ID_BYTES)


def _time(value: Optional[datetime]) -> Optional[Timestamp]:
    return None if value is None else write_time(value)


def _expiry(expires: Optional[Expiry]) -> dict[str, Any]:
    if expires is None:
        return {}
    if isinstance(expires, datetime):
        return {"expire_time": write_time(expires)}
    if isinstance(expires, timedelta):
        return {"lifetime": write_span(expires)}
    return {"never_expires": True}


def _grants(grants: Iterable[records.Grant]) -> list[key_pb2.Grant]:
    return [
        key_pb2.Grant(resource=each.resource, actions=[int(action) for action in each.actions], fields=each.fields)  # type: ignore[misc]
        for each in grants
    ]


def _given(changes: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an update that were given; None for what is to be named in the mask and left unset."""
    for name, value in changes.items():
        if value is None:
            raise TypeError(f"{name}: None is no value; leave it out to keep what is, or take latchkey.CLEAR")
    return {name: None if value is CLEAR else value for name, value in changes.items() if value is not UNSET}


def _rate_limit(limit: Optional[records.RateLimit]) -> Optional[key_pb2.RateLimit]:
    if limit is None:
        return None
    return key_pb2.RateLimit(requests=limit.requests, per_seconds=limit.per_seconds, burst=limit.burst)


def _issued(reply: Any) -> records.IssuedKey:
    return records.IssuedKey(replies.key(reply.key), reply.secret, reply.revision)


def _changed(reply: Any) -> records.ChangedKey:
    return records.ChangedKey(replies.key(reply.key), reply.revision)


def create_key(
    account_id: str,
    user_id: str,
    name: str,
    description: str,
    unrestricted: bool,
    grants: Iterable[records.Grant],
    allowed_ips: records.Strings,
    expires: Optional[Expiry],
    api_version: str,
    rate_limit: Optional[records.RateLimit],
    request_id: bytes,
) -> Call[records.IssuedKey]:
    """CreateKey."""
    request = pb.CreateKeyRequest(
        account_id=account_id, user_id=user_id, name=name, description=description, unrestricted=unrestricted,
        grants=_grants(grants), allowed_ips=records.strings(allowed_ips), api_version=api_version,
        rate_limit=_rate_limit(rate_limit), request_id=request_id, **_expiry(expires),
    )  # fmt: skip
    return _call("create_key", request, _issued, is_mutation=True)


def get_key(key_id: str) -> Call[records.Key]:
    """GetKey."""
    return _call("get_key", pb.GetKeyRequest(key_id=key_id), lambda reply: replies.key(reply.key))


def update_key(
    key_id: str, expected_revision: int, request_id: bytes, changes: dict[str, Any]
) -> Call[records.ChangedKey]:
    """UpdateKey; ``changes`` are the arguments by name, those that are UNSET left as they are."""
    fields = _given(changes)
    request = pb.UpdateKeyRequest(key_id=key_id, expected_revision=expected_revision, request_id=request_id)
    request.update_mask.paths.extend("expiry" if name == "expires" else name for name in fields)
    if "expires" in fields:
        fields.update(_expiry(fields.pop("expires")))
    if "grants" in fields:
        fields["grants"] = _grants(fields["grants"])
    if "allowed_ips" in fields:
        fields["allowed_ips"] = records.strings(fields["allowed_ips"])
    if "rate_limit" in fields:
        fields["rate_limit"] = _rate_limit(fields["rate_limit"])
    request.MergeFrom(pb.UpdateKeyRequest(**fields))
    return _call("update_key", request, _changed, is_mutation=True)


def rekey_key(
    key_id: str, overlap: Optional[timedelta], expected_revision: int, request_id: bytes
) -> Call[records.IssuedKey]:
    """RekeyKey."""
    request = pb.RekeyKeyRequest(
        key_id=key_id, overlap=None if overlap is None else write_span(overlap), expected_revision=expected_revision,
        request_id=request_id,
    )  # fmt: skip
    return _call("rekey_key", request, _issued, is_mutation=True)


def retire_secrets(key_id: str, expected_revision: int, request_id: bytes) -> Call[records.RetiredSecrets]:
    """RetireSecrets."""
    request = pb.RetireSecretsRequest(key_id=key_id, expected_revision=expected_revision, request_id=request_id)
    return _call(
        "retire_secrets", request,
        lambda reply: records.RetiredSecrets(replies.key(reply.key), reply.retired, reply.revision), is_mutation=True,
    )  # fmt: skip


def revoke_key(key_id: str, expected_revision: int, request_id: bytes) -> Call[records.ChangedKey]:
    """RevokeKey."""
    request = pb.RevokeKeyRequest(key_id=key_id, expected_revision=expected_revision, request_id=request_id)
    return _call("revoke_key", request, _changed, is_mutation=True)


def revoke_all_keys(account_id: str, expected_count: int, request_id: bytes) -> Call[records.RevokedKeys]:
    """RevokeAllKeys."""
    request = pb.RevokeAllKeysRequest(account_id=account_id, expected_count=expected_count, request_id=request_id)
    return _call(
        "revoke_all_keys", request, lambda reply: records.RevokedKeys(reply.revoked, reply.revision), is_mutation=True
    )  # fmt: skip


def list_keys(
    account_id: str, filter: Union[KeyFilter, str], limit: int, starting_after: str, ending_before: str, offset: int
) -> Call[records.KeyPage]:
    """ListKeys."""
    request = pb.ListKeysRequest(
        account_id=account_id, filter=int(KeyFilter.find(filter)), limit=limit,  # type: ignore[arg-type]
        starting_after=starting_after, ending_before=ending_before, offset=offset,
    )  # fmt: skip
    return _call("list_keys", request, replies.key_page)


def _imported(key: ImportedKey) -> pb.ImportedKey:
    return pb.ImportedKey(
        token_sha256=key.token_sha256, hint=key.hint, account_id=key.account_id, user_id=key.user_id, name=key.name,
        description=key.description, allowed_ips=records.strings(key.allowed_ips), grants=_grants(key.grants),
        unrestricted=key.unrestricted, api_version=key.api_version, expire_time=_time(key.expire_time),
        revoke_time=_time(key.revoke_time), create_time=_time(key.create_time), rate_limit=_rate_limit(key.rate_limit),
    )  # fmt: skip


def import_keys(keys: Iterable[ImportedKey], dry_run: bool) -> Call[tuple[ImportResult, ...]]:
    """ImportKeys. It may be repeated: what was imported the first time is left as it is."""
    request = pb.ImportKeysRequest(keys=map(_imported, keys), dry_run=dry_run)
    again = "make the call again: what was imported is told as KEY_EXISTS then"
    return _call("import_keys", request, replies.import_results, is_mutation=not dry_run, again=again)


def _validate(request: records.ValidateRequest) -> pb.ValidateRequest:
    return pb.ValidateRequest(
        secret=request.secret, client_ip=request.client_ip, resource=request.resource,
        action=int(Action.find(request.action)), fields=records.strings(request.fields),  # type: ignore[arg-type]
        http_method=request.http_method, path=request.path, min_revision=request.min_revision, explain=request.explain,
    )  # fmt: skip


def validate(request: records.ValidateRequest) -> Call[records.Answer]:
    """Validate."""
    return _call("validate", _validate(request), replies.answer)


def validate_batch(requests: Iterable[records.ValidateRequest]) -> Call[tuple[records.Answer, ...]]:
    """ValidateBatch."""
    request = pb.ValidateBatchRequest(requests=map(_validate, requests))
    return _call("validate_batch", request, lambda reply: tuple(map(replies.answer, reply.responses)))


def report_outcomes(outcomes: Iterable[tuple[bytes, int]]) -> Call[int]:
    """ReportOutcome. It may be repeated: the last report of a request counts."""
    request = pb.ReportOutcomeRequest(
        outcomes=[usage_pb2.UsageOutcome(usage_id=usage_id, http_status=status) for usage_id, status in outcomes]
    )
    return _call("report_outcome", request, lambda reply: int(reply.accepted))


def usage_request(
    history: bool,
    account_id: str,
    key_id: str,
    user_id: str,
    verdicts: Iterable[Verdict],
    denied_only: bool,
    superseded_only: bool,
    no_follow: bool,
    limit: int,
    newest_first: bool,
    after_sequence: int,
    after_time: Optional[datetime],
) -> pb.StreamUsageRequest:
    """What a usage stream is asked for."""
    return pb.StreamUsageRequest(
        history=history, account_id=account_id, key_id=key_id, user_id=user_id,
        verdicts=[int(each) for each in verdicts],  # type: ignore[misc]
        denied_only=denied_only, superseded_only=superseded_only, no_follow=no_follow, limit=limit,
        newest_first=newest_first, after_sequence=after_sequence,
        after_time=_time(after_time),
    )  # fmt: skip


def usage(request: pb.StreamUsageRequest) -> Call[list[Any]]:
    """StreamUsage; each message holds some records."""
    return _call("stream_usage", request, lambda reply: [replies.usage(each) for each in reply.records])


def get_account(account_id: str) -> Call[records.Account]:
    """GetAccount."""
    request = pb.GetAccountRequest(account_id=account_id)
    return _call("get_account", request, lambda reply: replies.account(reply.account))


def list_accounts(limit: int, starting_after: str) -> Call[records.AccountPage]:
    """ListAccounts."""
    request = pb.ListAccountsRequest(limit=limit, starting_after=starting_after)
    return _call("list_accounts", request, replies.account_page)


def update_account(
    account_id: str, expected_revision: int, request_id: bytes, changes: dict[str, Any]
) -> Call[records.ChangedAccount]:
    """UpdateAccount; ``changes`` as in ``update_key``."""
    fields = _given(changes)
    request = pb.UpdateAccountRequest(account_id=account_id, expected_revision=expected_revision, request_id=request_id)
    request.update_mask.paths.extend(fields)
    spans = {name: write_span(value) for name, value in fields.items() if isinstance(value, timedelta)}
    request.MergeFrom(pb.UpdateAccountRequest(**{**fields, **spans}))
    return _call(
        "update_account", request,
        lambda reply: records.ChangedAccount(replies.account(reply.account), reply.revision), is_mutation=True,
    )  # fmt: skip


def who_am_i() -> Call[records.Caller]:
    """WhoAmI."""
    return _call("who_am_i", pb.WhoAmIRequest(), lambda reply: records.Caller(reply.caller, reply.peer))


def health() -> Call[records.Health]:
    """Health."""
    return _call(
        "health", pb.HealthRequest(),
        lambda reply: records.Health(
            reply.serving, reply.revision, reply.keys, reply.version, read_time(reply, "start_time")
        ),
    )  # fmt: skip


def snapshot() -> Call[records.Snapshot]:
    """Snapshot."""
    return _call("snapshot", pb.SnapshotRequest(), lambda reply: records.Snapshot(reply.revision, reply.size_bytes))
