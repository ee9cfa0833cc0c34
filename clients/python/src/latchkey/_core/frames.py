# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

"""Frames: 4 bytes of length, big-endian, then a ClientFrame one way and a ServerFrame the other."""

from collections.abc import Iterator

from google.protobuf.message import DecodeError

from .._proto.frame_pb2 import CancelRequest, ClientFrame, ServerFrame
from ..errors import Internal
from . import limits


class ProtocolViolation(Internal):
    """What answers there does not speak Latchkey's protocol."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="PROTOCOL_VIOLATION")


def encode(id: int, timeout_ms: int, call: bytes, authorization: str = "") -> bytes:
    """A frame for a call that was encoded before, as a ClientFrame that holds only it. ``authorization`` is a caller's
    token; empty = the frame has none.

    Messages in protobuf are joined by joining their bytes, so a call that is sent twice is encoded once.
    """
    head: bytes = ClientFrame(id=id, timeout_ms=timeout_ms, authorization=authorization).SerializeToString()
    return (len(head) + len(call)).to_bytes(4, "big") + head + call


def encode_cancel(id: int, target_id: int) -> bytes:
    """A frame that ends a stream."""
    return encode(id, 0, ClientFrame(cancel=CancelRequest(target_id=target_id)).SerializeToString())


class FrameSplitter:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[ServerFrame]:
        """The frames that ``data`` completes, in order. Use it up before feeding more."""
        self._bytes += data
        begin = 0
        try:
            while len(self._bytes) - begin >= 4:
                length = int.from_bytes(self._bytes[begin : begin + 4], "big")
                if length > limits.SERVER_FRAME_BYTES:
                    raise ProtocolViolation(
                        f"a message of {length} bytes; at most {limits.SERVER_FRAME_BYTES} are accepted."
                        " Is this a Latchkey server?"
                    )
                if len(self._bytes) - begin - 4 < length:
                    return
                message = bytes(self._bytes[begin + 4 : begin + 4 + length])
                begin += 4 + length
                try:
                    frame = ServerFrame.FromString(message)
                except DecodeError:
                    raise ProtocolViolation("what answers there does not speak Latchkey's protocol") from None
                yield frame
        finally:
            del self._bytes[:begin]
