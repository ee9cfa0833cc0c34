from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from latchkey._proto import account_pb2 as _account_pb2
from latchkey._proto import key_pb2 as _key_pb2
from latchkey._proto import usage_pb2 as _usage_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
KEY_FILTER_ACTIVE: KeyFilter
KEY_FILTER_ALL: KeyFilter
KEY_FILTER_INACTIVE: KeyFilter
KEY_FILTER_UNSPECIFIED: KeyFilter

class AuditRecord(_message.Message):
    __slots__ = ["account_id", "call", "caller", "change", "key_id", "peer", "revision", "time"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    call: str
    caller: str
    change: str
    key_id: str
    peer: str
    revision: int
    time: _timestamp_pb2.Timestamp
    def __init__(self, revision: _Optional[int] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., caller: _Optional[str] = ..., peer: _Optional[str] = ..., call: _Optional[str] = ..., account_id: _Optional[str] = ..., key_id: _Optional[str] = ..., change: _Optional[str] = ...) -> None: ...

class CreateKeyRequest(_message.Message):
    __slots__ = ["account_id", "allowed_ips", "api_version", "description", "expire_time", "grants", "lifetime", "name", "never_expires", "rate_limit", "request_id", "unrestricted", "user_id"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_IPS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NEVER_EXPIRES_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNRESTRICTED_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    allowed_ips: _containers.RepeatedScalarFieldContainer[str]
    api_version: str
    description: str
    expire_time: _timestamp_pb2.Timestamp
    grants: _containers.RepeatedCompositeFieldContainer[_key_pb2.Grant]
    lifetime: _duration_pb2.Duration
    name: str
    never_expires: bool
    rate_limit: _key_pb2.RateLimit
    request_id: bytes
    unrestricted: bool
    user_id: str
    def __init__(self, account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., allowed_ips: _Optional[_Iterable[str]] = ..., grants: _Optional[_Iterable[_Union[_key_pb2.Grant, _Mapping]]] = ..., unrestricted: bool = ..., api_version: _Optional[str] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., lifetime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., never_expires: bool = ..., rate_limit: _Optional[_Union[_key_pb2.RateLimit, _Mapping]] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class CreateKeyResponse(_message.Message):
    __slots__ = ["key", "revision", "secret"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    revision: int
    secret: str
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ..., secret: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ["account_id"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    def __init__(self, account_id: _Optional[str] = ...) -> None: ...

class GetAccountResponse(_message.Message):
    __slots__ = ["account"]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    account: _account_pb2.Account
    def __init__(self, account: _Optional[_Union[_account_pb2.Account, _Mapping]] = ...) -> None: ...

class GetKeyRequest(_message.Message):
    __slots__ = ["key_id"]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    def __init__(self, key_id: _Optional[str] = ...) -> None: ...

class GetKeyResponse(_message.Message):
    __slots__ = ["key"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ...) -> None: ...

class HealthRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class HealthResponse(_message.Message):
    __slots__ = ["keys", "revision", "serving", "start_time", "version"]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SERVING_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    keys: int
    revision: int
    serving: bool
    start_time: _timestamp_pb2.Timestamp
    version: str
    def __init__(self, serving: bool = ..., revision: _Optional[int] = ..., keys: _Optional[int] = ..., version: _Optional[str] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ImportKeysRequest(_message.Message):
    __slots__ = ["dry_run", "keys"]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    dry_run: bool
    keys: _containers.RepeatedCompositeFieldContainer[ImportedKey]
    def __init__(self, keys: _Optional[_Iterable[_Union[ImportedKey, _Mapping]]] = ..., dry_run: bool = ...) -> None: ...

class ImportKeysResponse(_message.Message):
    __slots__ = ["results"]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ImportResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ImportResult, _Mapping]]] = ...) -> None: ...

class ImportResult(_message.Message):
    __slots__ = ["key_id", "message", "reason"]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    message: str
    reason: str
    def __init__(self, key_id: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class ImportedKey(_message.Message):
    __slots__ = ["account_id", "allowed_ips", "api_version", "create_time", "description", "expire_time", "grants", "hint", "name", "rate_limit", "revoke_time", "token_sha256", "unrestricted", "user_id"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_IPS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SHA256_FIELD_NUMBER: _ClassVar[int]
    UNRESTRICTED_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    allowed_ips: _containers.RepeatedScalarFieldContainer[str]
    api_version: str
    create_time: _timestamp_pb2.Timestamp
    description: str
    expire_time: _timestamp_pb2.Timestamp
    grants: _containers.RepeatedCompositeFieldContainer[_key_pb2.Grant]
    hint: str
    name: str
    rate_limit: _key_pb2.RateLimit
    revoke_time: _timestamp_pb2.Timestamp
    token_sha256: bytes
    unrestricted: bool
    user_id: str
    def __init__(self, token_sha256: _Optional[bytes] = ..., hint: _Optional[str] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., allowed_ips: _Optional[_Iterable[str]] = ..., grants: _Optional[_Iterable[_Union[_key_pb2.Grant, _Mapping]]] = ..., unrestricted: bool = ..., api_version: _Optional[str] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., rate_limit: _Optional[_Union[_key_pb2.RateLimit, _Mapping]] = ...) -> None: ...

class ListAccountsRequest(_message.Message):
    __slots__ = ["limit", "starting_after"]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    STARTING_AFTER_FIELD_NUMBER: _ClassVar[int]
    limit: int
    starting_after: str
    def __init__(self, limit: _Optional[int] = ..., starting_after: _Optional[str] = ...) -> None: ...

class ListAccountsResponse(_message.Message):
    __slots__ = ["accounts", "next_cursor"]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[_account_pb2.Account]
    next_cursor: str
    def __init__(self, accounts: _Optional[_Iterable[_Union[_account_pb2.Account, _Mapping]]] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class ListAuditRequest(_message.Message):
    __slots__ = ["account_id", "after_revision", "key_id", "limit"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    after_revision: int
    key_id: str
    limit: int
    def __init__(self, after_revision: _Optional[int] = ..., limit: _Optional[int] = ..., account_id: _Optional[str] = ..., key_id: _Optional[str] = ...) -> None: ...

class ListAuditResponse(_message.Message):
    __slots__ = ["next_revision", "records"]
    NEXT_REVISION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    next_revision: int
    records: _containers.RepeatedCompositeFieldContainer[AuditRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[AuditRecord, _Mapping]]] = ..., next_revision: _Optional[int] = ...) -> None: ...

class ListKeysRequest(_message.Message):
    __slots__ = ["account_id", "ending_before", "filter", "limit", "offset", "starting_after"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ENDING_BEFORE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    STARTING_AFTER_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    ending_before: str
    filter: KeyFilter
    limit: int
    offset: int
    starting_after: str
    def __init__(self, account_id: _Optional[str] = ..., filter: _Optional[_Union[KeyFilter, str]] = ..., limit: _Optional[int] = ..., starting_after: _Optional[str] = ..., ending_before: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class ListKeysResponse(_message.Message):
    __slots__ = ["count", "keys", "next_cursor", "previous_cursor", "total"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_CURSOR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    count: int
    keys: _containers.RepeatedCompositeFieldContainer[_key_pb2.Key]
    next_cursor: str
    previous_cursor: str
    total: int
    def __init__(self, total: _Optional[int] = ..., count: _Optional[int] = ..., keys: _Optional[_Iterable[_Union[_key_pb2.Key, _Mapping]]] = ..., next_cursor: _Optional[str] = ..., previous_cursor: _Optional[str] = ...) -> None: ...

class RekeyKeyRequest(_message.Message):
    __slots__ = ["expected_revision", "key_id", "overlap", "request_id"]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    OVERLAP_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    expected_revision: int
    key_id: str
    overlap: _duration_pb2.Duration
    request_id: bytes
    def __init__(self, key_id: _Optional[str] = ..., overlap: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class RekeyKeyResponse(_message.Message):
    __slots__ = ["key", "revision", "secret"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    revision: int
    secret: str
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ..., secret: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ReportOutcomeRequest(_message.Message):
    __slots__ = ["outcomes"]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_usage_pb2.UsageOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_usage_pb2.UsageOutcome, _Mapping]]] = ...) -> None: ...

class ReportOutcomeResponse(_message.Message):
    __slots__ = ["accepted"]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    def __init__(self, accepted: _Optional[int] = ...) -> None: ...

class RetireSecretsRequest(_message.Message):
    __slots__ = ["expected_revision", "key_id", "request_id"]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    expected_revision: int
    key_id: str
    request_id: bytes
    def __init__(self, key_id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class RetireSecretsResponse(_message.Message):
    __slots__ = ["key", "retired", "revision"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    retired: int
    revision: int
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ..., retired: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class RevokeAllKeysRequest(_message.Message):
    __slots__ = ["account_id", "expected_count", "request_id"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    expected_count: int
    request_id: bytes
    def __init__(self, account_id: _Optional[str] = ..., expected_count: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class RevokeAllKeysResponse(_message.Message):
    __slots__ = ["revision", "revoked"]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    revision: int
    revoked: int
    def __init__(self, revoked: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class RevokeKeyRequest(_message.Message):
    __slots__ = ["expected_revision", "key_id", "request_id"]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    expected_revision: int
    key_id: str
    request_id: bytes
    def __init__(self, key_id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class RevokeKeyResponse(_message.Message):
    __slots__ = ["key", "revision"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    revision: int
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class SnapshotRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class SnapshotResponse(_message.Message):
    __slots__ = ["revision", "size_bytes"]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    revision: int
    size_bytes: int
    def __init__(self, revision: _Optional[int] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class StreamUsageRequest(_message.Message):
    __slots__ = ["account_id", "after_sequence", "after_time", "denied_only", "history", "key_id", "limit", "newest_first", "no_follow", "superseded_only", "user_id", "verdicts"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    DENIED_ONLY_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    NO_FOLLOW_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_ONLY_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    after_sequence: int
    after_time: _timestamp_pb2.Timestamp
    denied_only: bool
    history: bool
    key_id: str
    limit: int
    newest_first: bool
    no_follow: bool
    superseded_only: bool
    user_id: str
    verdicts: _containers.RepeatedScalarFieldContainer[_key_pb2.Verdict]
    def __init__(self, after_sequence: _Optional[int] = ..., after_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., history: bool = ..., account_id: _Optional[str] = ..., key_id: _Optional[str] = ..., user_id: _Optional[str] = ..., verdicts: _Optional[_Iterable[_Union[_key_pb2.Verdict, str]]] = ..., denied_only: bool = ..., superseded_only: bool = ..., no_follow: bool = ..., limit: _Optional[int] = ..., newest_first: bool = ...) -> None: ...

class StreamUsageResponse(_message.Message):
    __slots__ = ["records"]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_usage_pb2.UsageRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[_usage_pb2.UsageRecord, _Mapping]]] = ...) -> None: ...

class UpdateAccountRequest(_message.Message):
    __slots__ = ["account_id", "api_version_downgrade_window", "default_lifetime", "default_overlap", "expected_revision", "max_active_keys", "request_id", "require_public_ips", "token_prefix", "update_mask"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_DOWNGRADE_WINDOW_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LIFETIME_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_OVERLAP_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    MAX_ACTIVE_KEYS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_PUBLIC_IPS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_PREFIX_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    api_version_downgrade_window: _duration_pb2.Duration
    default_lifetime: _duration_pb2.Duration
    default_overlap: _duration_pb2.Duration
    expected_revision: int
    max_active_keys: int
    request_id: bytes
    require_public_ips: bool
    token_prefix: str
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, account_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_active_keys: _Optional[int] = ..., default_lifetime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., token_prefix: _Optional[str] = ..., require_public_ips: bool = ..., api_version_downgrade_window: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., default_overlap: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class UpdateAccountResponse(_message.Message):
    __slots__ = ["account", "revision"]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    account: _account_pb2.Account
    revision: int
    def __init__(self, account: _Optional[_Union[_account_pb2.Account, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class UpdateKeyRequest(_message.Message):
    __slots__ = ["allowed_ips", "api_version", "description", "enabled", "expected_revision", "expire_time", "grants", "key_id", "lifetime", "name", "never_expires", "rate_limit", "request_id", "unrestricted", "update_mask", "user_id"]
    ALLOWED_IPS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NEVER_EXPIRES_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    UNRESTRICTED_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    allowed_ips: _containers.RepeatedScalarFieldContainer[str]
    api_version: str
    description: str
    enabled: bool
    expected_revision: int
    expire_time: _timestamp_pb2.Timestamp
    grants: _containers.RepeatedCompositeFieldContainer[_key_pb2.Grant]
    key_id: str
    lifetime: _duration_pb2.Duration
    name: str
    never_expires: bool
    rate_limit: _key_pb2.RateLimit
    request_id: bytes
    unrestricted: bool
    update_mask: _field_mask_pb2.FieldMask
    user_id: str
    def __init__(self, key_id: _Optional[str] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., user_id: _Optional[str] = ..., enabled: bool = ..., allowed_ips: _Optional[_Iterable[str]] = ..., grants: _Optional[_Iterable[_Union[_key_pb2.Grant, _Mapping]]] = ..., unrestricted: bool = ..., api_version: _Optional[str] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., lifetime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., never_expires: bool = ..., rate_limit: _Optional[_Union[_key_pb2.RateLimit, _Mapping]] = ..., expected_revision: _Optional[int] = ..., request_id: _Optional[bytes] = ...) -> None: ...

class UpdateKeyResponse(_message.Message):
    __slots__ = ["key", "revision"]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _key_pb2.Key
    revision: int
    def __init__(self, key: _Optional[_Union[_key_pb2.Key, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class ValidateBatchRequest(_message.Message):
    __slots__ = ["requests"]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[ValidateRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[ValidateRequest, _Mapping]]] = ...) -> None: ...

class ValidateBatchResponse(_message.Message):
    __slots__ = ["responses"]
    RESPONSES_FIELD_NUMBER: _ClassVar[int]
    responses: _containers.RepeatedCompositeFieldContainer[ValidateResponse]
    def __init__(self, responses: _Optional[_Iterable[_Union[ValidateResponse, _Mapping]]] = ...) -> None: ...

class ValidateRequest(_message.Message):
    __slots__ = ["action", "client_ip", "explain", "fields", "http_method", "min_revision", "path", "resource", "secret"]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    CLIENT_IP_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    HTTP_METHOD_FIELD_NUMBER: _ClassVar[int]
    MIN_REVISION_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    action: _key_pb2.Action
    client_ip: str
    explain: bool
    fields: _containers.RepeatedScalarFieldContainer[str]
    http_method: str
    min_revision: int
    path: str
    resource: str
    secret: str
    def __init__(self, secret: _Optional[str] = ..., client_ip: _Optional[str] = ..., resource: _Optional[str] = ..., action: _Optional[_Union[_key_pb2.Action, str]] = ..., fields: _Optional[_Iterable[str]] = ..., http_method: _Optional[str] = ..., path: _Optional[str] = ..., min_revision: _Optional[int] = ..., explain: bool = ...) -> None: ...

class ValidateResponse(_message.Message):
    __slots__ = ["account_id", "allowed_fields", "api_version", "denials", "denied_fields", "expire_time", "generation", "http_status", "key_id", "message", "name", "public_message", "retry_after", "revision", "superseded", "superseded_deadline", "usage_id", "user_id", "verdict"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    DENIALS_FIELD_NUMBER: _ClassVar[int]
    DENIED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    USAGE_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    allowed_fields: _containers.RepeatedScalarFieldContainer[str]
    api_version: str
    denials: _containers.RepeatedScalarFieldContainer[_key_pb2.Verdict]
    denied_fields: _containers.RepeatedScalarFieldContainer[str]
    expire_time: _timestamp_pb2.Timestamp
    generation: int
    http_status: int
    key_id: str
    message: str
    name: str
    public_message: str
    retry_after: _duration_pb2.Duration
    revision: int
    superseded: bool
    superseded_deadline: _timestamp_pb2.Timestamp
    usage_id: bytes
    user_id: str
    verdict: _key_pb2.Verdict
    def __init__(self, verdict: _Optional[_Union[_key_pb2.Verdict, str]] = ..., message: _Optional[str] = ..., public_message: _Optional[str] = ..., key_id: _Optional[str] = ..., name: _Optional[str] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., allowed_fields: _Optional[_Iterable[str]] = ..., api_version: _Optional[str] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., generation: _Optional[int] = ..., superseded: bool = ..., superseded_deadline: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revision: _Optional[int] = ..., usage_id: _Optional[bytes] = ..., http_status: _Optional[int] = ..., retry_after: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., denials: _Optional[_Iterable[_Union[_key_pb2.Verdict, str]]] = ..., denied_fields: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchKeysRequest(_message.Message):
    __slots__ = ["after_revision"]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    after_revision: int
    def __init__(self, after_revision: _Optional[int] = ...) -> None: ...

class WatchKeysResponse(_message.Message):
    __slots__ = ["keys", "revision"]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[_key_pb2.Key]
    revision: int
    def __init__(self, keys: _Optional[_Iterable[_Union[_key_pb2.Key, _Mapping]]] = ..., revision: _Optional[int] = ...) -> None: ...

class WhoAmIRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class WhoAmIResponse(_message.Message):
    __slots__ = ["caller", "expire_time", "grants", "key_id", "name", "peer"]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    caller: str
    expire_time: _timestamp_pb2.Timestamp
    grants: _containers.RepeatedCompositeFieldContainer[_key_pb2.Grant]
    key_id: str
    name: str
    peer: str
    def __init__(self, caller: _Optional[str] = ..., peer: _Optional[str] = ..., key_id: _Optional[str] = ..., name: _Optional[str] = ..., grants: _Optional[_Iterable[_Union[_key_pb2.Grant, _Mapping]]] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KeyFilter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
