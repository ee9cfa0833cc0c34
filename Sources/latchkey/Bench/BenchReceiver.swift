// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// Cuts what comes in on one connection into replies.
struct BenchReceiver {
    /// The beginning of a frame.
    private var received = ByteBuffer()

    /// Hands every whole frame on; `false` = what came is no frames.
    mutating func take(_ bytes: ByteBuffer, _ body: (BenchReply, UnsafeRawBufferPointer) -> Void) -> Bool {
        var all = bytes
        if received.readableBytes > 0 {
            all = received
            received = ByteBuffer()
            all.discardReadBytes()
            all.writeImmutableBuffer(bytes)
        }
        guard let used = all.withUnsafeReadableBytes({ Self.take(from: $0, body) }) else { return false }
        all.moveReaderIndex(forwardBy: used)
        // What is kept is copied by whoever reads into it next.
        if all.readableBytes > 0 { received = all }
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
