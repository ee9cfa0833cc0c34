from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

ACTION_CREATE: Action
ACTION_DELETE: Action
ACTION_DOWNLOAD: Action
ACTION_READ: Action
ACTION_UNSPECIFIED: Action
ACTION_UPDATE: Action
DESCRIPTOR: _descriptor.FileDescriptor
KEY_STATUS_ACTIVE: KeyStatus
KEY_STATUS_DISABLED: KeyStatus
KEY_STATUS_EXPIRED: KeyStatus
KEY_STATUS_REVOKED: KeyStatus
KEY_STATUS_UNSPECIFIED: KeyStatus
VERDICT_CLIENT_IP_REQUIRED: Verdict
VERDICT_DISABLED: Verdict
VERDICT_EXPIRED: Verdict
VERDICT_FIELD_NOT_ALLOWED: Verdict
VERDICT_IP_NOT_ALLOWED: Verdict
VERDICT_MALFORMED: Verdict
VERDICT_NOT_FOUND: Verdict
VERDICT_PERMISSION_DENIED: Verdict
VERDICT_RATE_LIMITED: Verdict
VERDICT_RESOURCE_REQUIRED: Verdict
VERDICT_REVOKED: Verdict
VERDICT_SUPERSEDED: Verdict
VERDICT_UNSPECIFIED: Verdict
VERDICT_VALID: Verdict

class Grant(_message.Message):
    __slots__ = ["actions", "fields", "resource"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedScalarFieldContainer[Action]
    fields: _containers.RepeatedScalarFieldContainer[str]
    resource: str
    def __init__(self, resource: _Optional[str] = ..., actions: _Optional[_Iterable[_Union[Action, str]]] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ["account_id", "allowed_ips", "api_version", "api_version_change_time", "api_version_downgrade_deadline", "create_time", "description", "enabled", "expire_time", "grants", "hint", "id", "last_use_time", "name", "rate_limit", "revision", "revoke_time", "secrets", "status", "unrestricted", "update_time", "use_count", "user_id"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_IPS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_DOWNGRADE_DEADLINE_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LAST_USE_TIME_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UNRESTRICTED_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    USE_COUNT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    allowed_ips: _containers.RepeatedScalarFieldContainer[str]
    api_version: str
    api_version_change_time: _timestamp_pb2.Timestamp
    api_version_downgrade_deadline: _timestamp_pb2.Timestamp
    create_time: _timestamp_pb2.Timestamp
    description: str
    enabled: bool
    expire_time: _timestamp_pb2.Timestamp
    grants: _containers.RepeatedCompositeFieldContainer[Grant]
    hint: str
    id: str
    last_use_time: _timestamp_pb2.Timestamp
    name: str
    rate_limit: RateLimit
    revision: int
    revoke_time: _timestamp_pb2.Timestamp
    secrets: _containers.RepeatedCompositeFieldContainer[SecretGeneration]
    status: KeyStatus
    unrestricted: bool
    update_time: _timestamp_pb2.Timestamp
    use_count: int
    user_id: str
    def __init__(self, id: _Optional[str] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., hint: _Optional[str] = ..., status: _Optional[_Union[KeyStatus, str]] = ..., enabled: bool = ..., allowed_ips: _Optional[_Iterable[str]] = ..., grants: _Optional[_Iterable[_Union[Grant, _Mapping]]] = ..., unrestricted: bool = ..., api_version: _Optional[str] = ..., api_version_change_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., api_version_downgrade_deadline: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., last_use_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., use_count: _Optional[int] = ..., secrets: _Optional[_Iterable[_Union[SecretGeneration, _Mapping]]] = ..., revision: _Optional[int] = ..., rate_limit: _Optional[_Union[RateLimit, _Mapping]] = ...) -> None: ...

class RateLimit(_message.Message):
    __slots__ = ["burst", "per_seconds", "requests"]
    BURST_FIELD_NUMBER: _ClassVar[int]
    PER_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    burst: int
    per_seconds: int
    requests: int
    def __init__(self, requests: _Optional[int] = ..., per_seconds: _Optional[int] = ..., burst: _Optional[int] = ...) -> None: ...

class SecretGeneration(_message.Message):
    __slots__ = ["create_time", "deadline", "generation"]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    deadline: _timestamp_pb2.Timestamp
    generation: int
    def __init__(self, generation: _Optional[int] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., deadline: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KeyStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
