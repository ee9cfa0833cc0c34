# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""From the contract's replies to the values that callers get."""

from typing import Optional

from .._proto import account_pb2, key_pb2, key_service_pb2, status_pb2, usage_pb2
from ..enums import Action, Code, KeyStatus, Verdict
from ..errors import FieldViolation, LatchkeyError, error_class
from ..imports import ImportResult
from ..records import Account, AccountPage, Answer, Grant, Key, KeyPage, RateLimit, SecretGeneration
from ..usage import UsageEvent, UsageGap, UsageHeartbeat, UsageLive, UsageOutcome, UsageRecord, UsageUnknown
from .times import read_span, read_time


def error(status: status_pb2.Status) -> LatchkeyError:
    """The exception for a Status."""
    code = Code(status.code)
    return error_class(code)(
        status.message,
        code=code,
        reason=status.reason,
        violations=[FieldViolation(each.field, each.description) for each in status.violations],
        retry_after=read_span(status, "retry_after"),
    )


def key(message: key_pb2.Key) -> Key:
    """A key's record."""
    return Key(
        id=message.id,
        account_id=message.account_id,
        user_id=message.user_id,
        name=message.name,
        description=message.description,
        hint=message.hint,
        status=KeyStatus(message.status),
        enabled=message.enabled,
        allowed_ips=tuple(message.allowed_ips),
        grants=tuple(
            Grant(each.resource, tuple(Action(action) for action in each.actions), tuple(each.fields))
            for each in message.grants
        ),
        unrestricted=message.unrestricted,
        api_version=message.api_version,
        api_version_change_time=read_time(message, "api_version_change_time"),
        api_version_downgrade_deadline=read_time(message, "api_version_downgrade_deadline"),
        create_time=read_time(message, "create_time"),
        update_time=read_time(message, "update_time"),
        expire_time=read_time(message, "expire_time"),
        revoke_time=read_time(message, "revoke_time"),
        last_use_time=read_time(message, "last_use_time"),
        use_count=message.use_count,
        secrets=tuple(
            SecretGeneration(each.generation, read_time(each, "create_time"), read_time(each, "deadline"))
            for each in message.secrets
        ),
        revision=message.revision,
        rate_limit=_rate_limit(message),
    )


def _rate_limit(message: key_pb2.Key) -> Optional[RateLimit]:
    if not message.HasField("rate_limit"):
        return None
    limit = message.rate_limit
    return RateLimit(limit.requests, limit.per_seconds, limit.burst)


def answer(message: key_service_pb2.ValidateResponse) -> Answer:
    """The answer to a validate."""
    return Answer(
        verdict=Verdict(message.verdict),
        message=message.message,
        public_message=message.public_message,
        key_id=message.key_id,
        name=message.name,
        account_id=message.account_id,
        user_id=message.user_id,
        allowed_fields=tuple(message.allowed_fields),
        api_version=message.api_version,
        expire_time=read_time(message, "expire_time"),
        generation=message.generation,
        superseded=message.superseded,
        superseded_deadline=read_time(message, "superseded_deadline"),
        revision=message.revision,
        usage_id=message.usage_id,
        http_status=message.http_status,
        retry_after=read_span(message, "retry_after"),
        denials=tuple(Verdict(each) for each in message.denials),
        denied_fields=tuple(message.denied_fields),
    )


def key_page(message: key_service_pb2.ListKeysResponse) -> KeyPage:
    """A page of keys."""
    return KeyPage(tuple(map(key, message.keys)), message.total, message.next_cursor, message.previous_cursor)


def account_page(message: key_service_pb2.ListAccountsResponse) -> AccountPage:
    """A page of accounts."""
    return AccountPage(tuple(map(account, message.accounts)), message.next_cursor)


def import_results(message: key_service_pb2.ImportKeysResponse) -> tuple[ImportResult, ...]:
    """What became of imported keys."""
    return tuple(ImportResult(each.key_id, each.reason, each.message) for each in message.results)


def account(message: account_pb2.Account) -> Account:
    """An account's settings."""
    return Account(
        id=message.id,
        max_active_keys=message.max_active_keys,
        active_keys=message.active_keys,
        total_keys=message.total_keys,
        default_lifetime=read_span(message, "default_lifetime"),
        token_prefix=message.token_prefix,
        require_public_ips=message.require_public_ips,
        api_version_downgrade_window=read_span(message, "api_version_downgrade_window"),
        default_overlap=read_span(message, "default_overlap"),
        create_time=read_time(message, "create_time"),
        update_time=read_time(message, "update_time"),
        revision=message.revision,
    )


def usage(record: usage_pb2.UsageRecord) -> UsageRecord:
    """One entry of the usage log."""
    kind = record.WhichOneof("kind")
    if kind == "event":
        return _event(record.sequence, record.event)
    if kind == "gap":
        gap = record.gap
        return UsageGap(record.sequence, gap.first_sequence, gap.count, gap.reason)
    if kind == "live":
        return UsageLive(record.sequence)
    if kind == "heartbeat":
        return UsageHeartbeat(record.sequence, read_time(record.heartbeat, "time"))
    if kind == "outcome":
        outcome = record.outcome
        return UsageOutcome(
            record.sequence, outcome.usage_id, outcome.http_status, read_time(outcome, "time"), outcome.key_id,
            outcome.account_id, outcome.user_id, Verdict(outcome.verdict), outcome.superseded,
        )  # fmt: skip
    return UsageUnknown(record.sequence)


def _event(sequence: int, event: usage_pb2.UsageEvent) -> UsageEvent:
    return UsageEvent(
        sequence=sequence,
        time=read_time(event, "time"),
        verdict=Verdict(event.verdict),
        key_id=event.key_id,
        name=event.name,
        account_id=event.account_id,
        user_id=event.user_id,
        client_ip=event.client_ip,
        http_method=event.http_method,
        path=event.path,
        resource=event.resource,
        http_status=event.http_status,
        generation=event.generation,
        superseded=event.superseded,
        message=event.message,
        usage_id=event.usage_id,
        caller=event.caller,
    )
