# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""One usage stream's frames. A stream has a connection of its own, so that a slow reader holds up nothing else."""

from collections import deque
from typing import Any, Optional

from ..errors import ConnectionLost, LatchkeyError
from ..usage import UsageRecord
from . import limits, replies
from .address import Address
from .calls import Call
from .frames import FrameSplitter, ProtocolViolation, encode, encode_cancel

_CALL_ID = 1


class StreamState:
    """Bytes in, records out."""

    def __init__(self, address: Address, call: Call[list[Any]], timeout_ms: int = 0) -> None:
        self._address = address
        self._call = call
        self._splitter = FrameSplitter()
        self._timeout_ms = timeout_ms
        self.cancel = encode_cancel(_CALL_ID + 1, _CALL_ID)
        self.records: deque[UsageRecord] = deque()
        self.is_over = False
        #: Why it is over; None = it came to its end.
        self.error: Optional[LatchkeyError] = None

    def request(self, authorization: str = "") -> bytes:
        """The first frame of its connection, with the caller's token if there is one."""
        return encode(_CALL_ID, self._timeout_ms, self._call.body, authorization)

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the reader that no more should be read; the server then tells of a gap."""
        return len(self.records) >= limits.STREAM_RECORDS

    def received(self, data: bytes) -> None:
        """Takes what came."""
        try:
            for frame in self._splitter.feed(data):
                member = frame.WhichOneof("result")
                if member == "error":
                    return self.end(replies.error(frame.error))
                if member == self._call.member and frame.id == _CALL_ID:
                    self.records.extend(self._call.read(frame.stream_usage))
                elif member is not None:
                    raise ProtocolViolation("the server gave another call's answer")
                if frame.end:
                    return self.end(None)
        except ProtocolViolation as fault:
            self.end(fault)

    def lost(self, cause: Optional[str] = None) -> None:
        """The connection is gone."""
        message = f"the connection to {self._address} was lost" + (f": {cause}" if cause else "")
        self.end(ConnectionLost(message, reason="CONNECTION_LOST"))

    def end(self, error: Optional[LatchkeyError]) -> None:
        """It is over."""
        if not self.is_over:
            self.is_over = True
            self.error = error
