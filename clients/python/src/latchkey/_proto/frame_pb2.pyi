from latchkey._proto import key_service_pb2 as _key_service_pb2
from latchkey._proto import status_pb2 as _status_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CancelRequest(_message.Message):
    __slots__ = ["target_id"]
    TARGET_ID_FIELD_NUMBER: _ClassVar[int]
    target_id: int
    def __init__(self, target_id: _Optional[int] = ...) -> None: ...

class ClientFrame(_message.Message):
    __slots__ = ["authorization", "cancel", "create_key", "get_account", "get_key", "health", "id", "import_keys", "list_accounts", "list_audit", "list_keys", "rekey_key", "report_outcome", "retire_secrets", "revoke_all_keys", "revoke_key", "snapshot", "stream_usage", "timeout_ms", "traceparent", "update_account", "update_key", "validate", "validate_batch", "watch_keys", "who_am_i"]
    AUTHORIZATION_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    CREATE_KEY_FIELD_NUMBER: _ClassVar[int]
    GET_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    GET_KEY_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    IMPORT_KEYS_FIELD_NUMBER: _ClassVar[int]
    LIST_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    LIST_AUDIT_FIELD_NUMBER: _ClassVar[int]
    LIST_KEYS_FIELD_NUMBER: _ClassVar[int]
    REKEY_KEY_FIELD_NUMBER: _ClassVar[int]
    REPORT_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    RETIRE_SECRETS_FIELD_NUMBER: _ClassVar[int]
    REVOKE_ALL_KEYS_FIELD_NUMBER: _ClassVar[int]
    REVOKE_KEY_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    STREAM_USAGE_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_KEY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_BATCH_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_FIELD_NUMBER: _ClassVar[int]
    WATCH_KEYS_FIELD_NUMBER: _ClassVar[int]
    WHO_AM_I_FIELD_NUMBER: _ClassVar[int]
    authorization: str
    cancel: CancelRequest
    create_key: _key_service_pb2.CreateKeyRequest
    get_account: _key_service_pb2.GetAccountRequest
    get_key: _key_service_pb2.GetKeyRequest
    health: _key_service_pb2.HealthRequest
    id: int
    import_keys: _key_service_pb2.ImportKeysRequest
    list_accounts: _key_service_pb2.ListAccountsRequest
    list_audit: _key_service_pb2.ListAuditRequest
    list_keys: _key_service_pb2.ListKeysRequest
    rekey_key: _key_service_pb2.RekeyKeyRequest
    report_outcome: _key_service_pb2.ReportOutcomeRequest
    retire_secrets: _key_service_pb2.RetireSecretsRequest
    revoke_all_keys: _key_service_pb2.RevokeAllKeysRequest
    revoke_key: _key_service_pb2.RevokeKeyRequest
    snapshot: _key_service_pb2.SnapshotRequest
    stream_usage: _key_service_pb2.StreamUsageRequest
    timeout_ms: int
    traceparent: str
    update_account: _key_service_pb2.UpdateAccountRequest
    update_key: _key_service_pb2.UpdateKeyRequest
    validate: _key_service_pb2.ValidateRequest
    validate_batch: _key_service_pb2.ValidateBatchRequest
    watch_keys: _key_service_pb2.WatchKeysRequest
    who_am_i: _key_service_pb2.WhoAmIRequest
    def __init__(self, id: _Optional[int] = ..., timeout_ms: _Optional[int] = ..., authorization: _Optional[str] = ..., traceparent: _Optional[str] = ..., create_key: _Optional[_Union[_key_service_pb2.CreateKeyRequest, _Mapping]] = ..., get_key: _Optional[_Union[_key_service_pb2.GetKeyRequest, _Mapping]] = ..., list_keys: _Optional[_Union[_key_service_pb2.ListKeysRequest, _Mapping]] = ..., update_key: _Optional[_Union[_key_service_pb2.UpdateKeyRequest, _Mapping]] = ..., rekey_key: _Optional[_Union[_key_service_pb2.RekeyKeyRequest, _Mapping]] = ..., retire_secrets: _Optional[_Union[_key_service_pb2.RetireSecretsRequest, _Mapping]] = ..., revoke_key: _Optional[_Union[_key_service_pb2.RevokeKeyRequest, _Mapping]] = ..., revoke_all_keys: _Optional[_Union[_key_service_pb2.RevokeAllKeysRequest, _Mapping]] = ..., validate: _Optional[_Union[_key_service_pb2.ValidateRequest, _Mapping]] = ..., validate_batch: _Optional[_Union[_key_service_pb2.ValidateBatchRequest, _Mapping]] = ..., report_outcome: _Optional[_Union[_key_service_pb2.ReportOutcomeRequest, _Mapping]] = ..., stream_usage: _Optional[_Union[_key_service_pb2.StreamUsageRequest, _Mapping]] = ..., watch_keys: _Optional[_Union[_key_service_pb2.WatchKeysRequest, _Mapping]] = ..., get_account: _Optional[_Union[_key_service_pb2.GetAccountRequest, _Mapping]] = ..., update_account: _Optional[_Union[_key_service_pb2.UpdateAccountRequest, _Mapping]] = ..., list_accounts: _Optional[_Union[_key_service_pb2.ListAccountsRequest, _Mapping]] = ..., import_keys: _Optional[_Union[_key_service_pb2.ImportKeysRequest, _Mapping]] = ..., list_audit: _Optional[_Union[_key_service_pb2.ListAuditRequest, _Mapping]] = ..., who_am_i: _Optional[_Union[_key_service_pb2.WhoAmIRequest, _Mapping]] = ..., health: _Optional[_Union[_key_service_pb2.HealthRequest, _Mapping]] = ..., snapshot: _Optional[_Union[_key_service_pb2.SnapshotRequest, _Mapping]] = ..., cancel: _Optional[_Union[CancelRequest, _Mapping]] = ...) -> None: ...

class ServerFrame(_message.Message):
    __slots__ = ["create_key", "end", "error", "get_account", "get_key", "health", "id", "import_keys", "list_accounts", "list_audit", "list_keys", "rekey_key", "report_outcome", "retire_secrets", "revoke_all_keys", "revoke_key", "snapshot", "stream_usage", "update_account", "update_key", "validate", "validate_batch", "watch_keys", "who_am_i"]
    CREATE_KEY_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    GET_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    GET_KEY_FIELD_NUMBER: _ClassVar[int]
    HEALTH_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    IMPORT_KEYS_FIELD_NUMBER: _ClassVar[int]
    LIST_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    LIST_AUDIT_FIELD_NUMBER: _ClassVar[int]
    LIST_KEYS_FIELD_NUMBER: _ClassVar[int]
    REKEY_KEY_FIELD_NUMBER: _ClassVar[int]
    REPORT_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    RETIRE_SECRETS_FIELD_NUMBER: _ClassVar[int]
    REVOKE_ALL_KEYS_FIELD_NUMBER: _ClassVar[int]
    REVOKE_KEY_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    STREAM_USAGE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_KEY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_BATCH_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_FIELD_NUMBER: _ClassVar[int]
    WATCH_KEYS_FIELD_NUMBER: _ClassVar[int]
    WHO_AM_I_FIELD_NUMBER: _ClassVar[int]
    create_key: _key_service_pb2.CreateKeyResponse
    end: bool
    error: _status_pb2.Status
    get_account: _key_service_pb2.GetAccountResponse
    get_key: _key_service_pb2.GetKeyResponse
    health: _key_service_pb2.HealthResponse
    id: int
    import_keys: _key_service_pb2.ImportKeysResponse
    list_accounts: _key_service_pb2.ListAccountsResponse
    list_audit: _key_service_pb2.ListAuditResponse
    list_keys: _key_service_pb2.ListKeysResponse
    rekey_key: _key_service_pb2.RekeyKeyResponse
    report_outcome: _key_service_pb2.ReportOutcomeResponse
    retire_secrets: _key_service_pb2.RetireSecretsResponse
    revoke_all_keys: _key_service_pb2.RevokeAllKeysResponse
    revoke_key: _key_service_pb2.RevokeKeyResponse
    snapshot: _key_service_pb2.SnapshotResponse
    stream_usage: _key_service_pb2.StreamUsageResponse
    update_account: _key_service_pb2.UpdateAccountResponse
    update_key: _key_service_pb2.UpdateKeyResponse
    validate: _key_service_pb2.ValidateResponse
    validate_batch: _key_service_pb2.ValidateBatchResponse
    watch_keys: _key_service_pb2.WatchKeysResponse
    who_am_i: _key_service_pb2.WhoAmIResponse
    def __init__(self, id: _Optional[int] = ..., end: bool = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., create_key: _Optional[_Union[_key_service_pb2.CreateKeyResponse, _Mapping]] = ..., get_key: _Optional[_Union[_key_service_pb2.GetKeyResponse, _Mapping]] = ..., list_keys: _Optional[_Union[_key_service_pb2.ListKeysResponse, _Mapping]] = ..., update_key: _Optional[_Union[_key_service_pb2.UpdateKeyResponse, _Mapping]] = ..., rekey_key: _Optional[_Union[_key_service_pb2.RekeyKeyResponse, _Mapping]] = ..., retire_secrets: _Optional[_Union[_key_service_pb2.RetireSecretsResponse, _Mapping]] = ..., revoke_key: _Optional[_Union[_key_service_pb2.RevokeKeyResponse, _Mapping]] = ..., revoke_all_keys: _Optional[_Union[_key_service_pb2.RevokeAllKeysResponse, _Mapping]] = ..., validate: _Optional[_Union[_key_service_pb2.ValidateResponse, _Mapping]] = ..., validate_batch: _Optional[_Union[_key_service_pb2.ValidateBatchResponse, _Mapping]] = ..., report_outcome: _Optional[_Union[_key_service_pb2.ReportOutcomeResponse, _Mapping]] = ..., stream_usage: _Optional[_Union[_key_service_pb2.StreamUsageResponse, _Mapping]] = ..., watch_keys: _Optional[_Union[_key_service_pb2.WatchKeysResponse, _Mapping]] = ..., get_account: _Optional[_Union[_key_service_pb2.GetAccountResponse, _Mapping]] = ..., update_account: _Optional[_Union[_key_service_pb2.UpdateAccountResponse, _Mapping]] = ..., list_accounts: _Optional[_Union[_key_service_pb2.ListAccountsResponse, _Mapping]] = ..., import_keys: _Optional[_Union[_key_service_pb2.ImportKeysResponse, _Mapping]] = ..., list_audit: _Optional[_Union[_key_service_pb2.ListAuditResponse, _Mapping]] = ..., who_am_i: _Optional[_Union[_key_service_pb2.WhoAmIResponse, _Mapping]] = ..., health: _Optional[_Union[_key_service_pb2.HealthResponse, _Mapping]] = ..., snapshot: _Optional[_Union[_key_service_pb2.SnapshotResponse, _Mapping]] = ...) -> None: ...
