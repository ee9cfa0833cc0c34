// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Cuts a stream of bytes into messages, for the receiving side of a client.
package struct FrameSplitter {
    private var buffer = ByteBuffer()
    private let maximumBytes: Int

    /// - Parameter maximumBytes: The largest message to accept, without its length prefix.
    package init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    package mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            swap(&buffer, &bytes)
            bytes.clear()
        } else {
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next whole message, its prefix removed; `nil` until more bytes come.
    package mutating func next() throws(WireError) -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard length <= maximumBytes else {
            throw WireError(description: "a message of \(length) bytes; at most \(maximumBytes) are accepted")
        }
        guard buffer.readableBytes >= 4 + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: 4)
        return buffer.readSlice(length: Int(length))
    }
}
