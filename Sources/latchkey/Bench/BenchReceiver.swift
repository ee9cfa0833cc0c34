// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// Cuts what comes in on one connection into replies.
struct BenchReceiver {
    private var received = ByteBuffer()

    /// Hands every whole frame on; `false` = what came is no frames.
    mutating func take(_ bytes: ByteBuffer, _ body: (BenchReply, UnsafeRawBufferPointer) -> Void) -> Bool {
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.discardReadBytes()
            received.writeImmutableBuffer(bytes)
        }
        guard let used = received.withUnsafeReadableBytes({ Self.take(from: $0, body) }) else { return false }
        received.moveReaderIndex(forwardBy: used)
        return true
    }

    /// How many bytes the whole frames were, `nil` if they are none.
    private static func take(
        from bytes: UnsafeRawBufferPointer, _ body: (BenchReply, UnsafeRawBufferPointer) -> Void
    ) -> Int? {
        var used = 0
        while bytes.count - used >= 4 {
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: used, as: UInt32.self)))
            guard length <= Limits.serverFrameBytes else { return nil }
            guard bytes.count - used - 4 >= length else { break }
            let frame = UnsafeRawBufferPointer(rebasing: bytes[used + 4..<used + 4 + length])
            guard let reply = BenchReply(scanning: frame) else { return nil }
            body(reply, frame)
            used += 4 + length
        }
        return used
    }

    /// Why a call failed that got no verdict.
    static func reason(of frame: UnsafeRawBufferPointer) -> String {
        guard case .failure(let refusal)? = try? ServerFrame.decode(ByteBuffer(bytes: frame)).result else {
            return Reason.protocolViolation.rawValue
        }
        return refusal.reason.rawValue.isEmpty ? refusal.code.name : refusal.reason.rawValue
    }
}
