// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// A Validate for every token, encoded beforehand. Only the call's id differs from one use to the next:
///
///     offset  0            4     5         7
///             length (4)   08    id (2)    the rest of the frame
///
/// Ids are 128 + slot, so that each is a varint of two bytes.
struct BenchFrames: Sendable {
    private let bytes: ByteBuffer
    /// Where each frame begins, and where the last one ends.
    private let starts: [Int]

    static let firstID: UInt64 = 128

    var count: Int { starts.count - 1 }

    /// - Parameter authorization: A caller's token, for every frame; empty = none.
    init(
        tokens: BenchTokens, clientIP: String = BenchOptions.usualClientIP, fields: [String] = [],
        authorization: String = ""
    ) throws(CommandFailure) {
        var buffer = ByteBuffer()
        var starts = [0]
        starts.reserveCapacity(tokens.count + 1)
        tokens.forEach { token in
            let request = ValidateRequest(
                secret: token, clientIP: clientIP, resource: "employees", httpMethod: "GET",
                path: "/v2/employees", fields: fields)
            ClientFrame(
                id: Self.firstID, timeoutMilliseconds: 0, content: .call(.validate(request)),
                authorization: authorization
            ).encode(into: &buffer)
            starts.append(buffer.writerIndex)
        }
        bytes = buffer
        self.starts = starts
        // The encoder may put fields in any order; this one puts the id first.
        guard buffer.getBytes(at: 4, length: 3) == [0x08, 0x80, 0x01] else {
            throw CommandFailure("the encoder does not put a frame's id first", status: .internal)
        }
    }

    /// Says who a connection speaks for. Its id is none of a slot's.
    static func greeting(_ token: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        ClientFrame(id: 1, timeoutMilliseconds: 0, content: .nothing, authorization: token).encode(into: &buffer)
        return buffer
    }

    /// Appends the frame of token `index` with the id of `slot`, below `Limits.benchCallsPerConnection`.
    func write(_ index: Int, slot: Int, to out: inout ByteBuffer) {
        let id = Int(Self.firstID) + slot
        let start = starts[index]
        let length = starts[index + 1] - start
        bytes.withUnsafeReadableBytes { bytes in
            _ = out.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
                space.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
                space[5] = UInt8(id & 0x7F | 0x80)
                space[6] = UInt8(id >> 7)
                return length
            }
        }
    }
}
