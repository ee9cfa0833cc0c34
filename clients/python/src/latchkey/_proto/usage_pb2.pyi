from google.protobuf import timestamp_pb2 as _timestamp_pb2
from latchkey._proto import key_pb2 as _key_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UsageEvent(_message.Message):
    __slots__ = ["account_id", "caller", "client_ip", "generation", "http_method", "http_status", "key_id", "message", "name", "path", "resource", "superseded", "time", "usage_id", "user_id", "verdict"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    CALLER_FIELD_NUMBER: _ClassVar[int]
    CLIENT_IP_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    HTTP_METHOD_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    caller: str
    client_ip: str
    generation: int
    http_method: str
    http_status: int
    key_id: str
    message: str
    name: str
    path: str
    resource: str
    superseded: bool
    time: _timestamp_pb2.Timestamp
    usage_id: bytes
    user_id: str
    verdict: _key_pb2.Verdict
    def __init__(self, time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., verdict: _Optional[_Union[_key_pb2.Verdict, str]] = ..., key_id: _Optional[str] = ..., name: _Optional[str] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., client_ip: _Optional[str] = ..., http_method: _Optional[str] = ..., path: _Optional[str] = ..., resource: _Optional[str] = ..., http_status: _Optional[int] = ..., generation: _Optional[int] = ..., superseded: bool = ..., message: _Optional[str] = ..., usage_id: _Optional[bytes] = ..., caller: _Optional[str] = ...) -> None: ...

class UsageGap(_message.Message):
    __slots__ = ["count", "first_sequence", "reason"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    count: int
    first_sequence: int
    reason: str
    def __init__(self, first_sequence: _Optional[int] = ..., count: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class UsageHeartbeat(_message.Message):
    __slots__ = ["time"]
    TIME_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    def __init__(self, time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UsageLive(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class UsageOutcome(_message.Message):
    __slots__ = ["account_id", "http_status", "key_id", "superseded", "time", "usage_id", "user_id", "verdict"]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    USAGE_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    http_status: int
    key_id: str
    superseded: bool
    time: _timestamp_pb2.Timestamp
    usage_id: bytes
    user_id: str
    verdict: _key_pb2.Verdict
    def __init__(self, usage_id: _Optional[bytes] = ..., http_status: _Optional[int] = ..., time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., key_id: _Optional[str] = ..., account_id: _Optional[str] = ..., user_id: _Optional[str] = ..., verdict: _Optional[_Union[_key_pb2.Verdict, str]] = ..., superseded: bool = ...) -> None: ...

class UsageRecord(_message.Message):
    __slots__ = ["event", "gap", "heartbeat", "live", "outcome", "sequence"]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    event: UsageEvent
    gap: UsageGap
    heartbeat: UsageHeartbeat
    live: UsageLive
    outcome: UsageOutcome
    sequence: int
    def __init__(self, sequence: _Optional[int] = ..., event: _Optional[_Union[UsageEvent, _Mapping]] = ..., gap: _Optional[_Union[UsageGap, _Mapping]] = ..., live: _Optional[_Union[UsageLive, _Mapping]] = ..., heartbeat: _Optional[_Union[UsageHeartbeat, _Mapping]] = ..., outcome: _Optional[_Union[UsageOutcome, _Mapping]] = ...) -> None: ...
