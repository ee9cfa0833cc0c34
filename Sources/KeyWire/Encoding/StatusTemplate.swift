// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
package import NIOCore

/// A Status that is sent very often: encoded once, then copied behind each call's id.
package struct StatusTemplate: Sendable {
    /// Everything behind the id.
    private let tail: [UInt8]

    package init(_ refusal: Refusal) {
        var frame = ByteBuffer()
        // The id takes one byte behind its tag, and comes first.
        ServerFrame(id: 1, end: true, result: .failure(refusal)).encode(into: &frame)
        tail = Array(frame.readableBytesView.dropFirst(6))
    }

    /// Appends the whole frame, its length first.
    package func write(id: UInt64, into buffer: inout ByteBuffer) {
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 + tail.count) { space in
            var frame = unsafe WireWriter(space)
            frame.skip(4)
            frame.varintField(1, id)
            unsafe tail.withUnsafeBytes { unsafe frame.append($0) }
            frame.patchLength()
            return frame.offset
        }
    }
}
