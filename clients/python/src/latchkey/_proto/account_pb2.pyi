from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Account(_message.Message):
    __slots__ = ["active_keys", "api_version_downgrade_window", "create_time", "default_lifetime", "default_overlap", "id", "max_active_keys", "require_public_ips", "revision", "token_prefix", "total_keys", "update_time"]
    ACTIVE_KEYS_FIELD_NUMBER: _ClassVar[int]
    API_VERSION_DOWNGRADE_WINDOW_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LIFETIME_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_OVERLAP_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    MAX_ACTIVE_KEYS_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_PUBLIC_IPS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    TOKEN_PREFIX_FIELD_NUMBER: _ClassVar[int]
    TOTAL_KEYS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    active_keys: int
    api_version_downgrade_window: _duration_pb2.Duration
    create_time: _timestamp_pb2.Timestamp
    default_lifetime: _duration_pb2.Duration
    default_overlap: _duration_pb2.Duration
    id: str
    max_active_keys: int
    require_public_ips: bool
    revision: int
    token_prefix: str
    total_keys: int
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., max_active_keys: _Optional[int] = ..., active_keys: _Optional[int] = ..., total_keys: _Optional[int] = ..., default_lifetime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., token_prefix: _Optional[str] = ..., require_public_ips: bool = ..., api_version_downgrade_window: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., default_overlap: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...
