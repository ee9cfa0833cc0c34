// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A frame that holds a Validate and nothing that counts beyond it, recognised by its first bytes:
///
///     length (4) | 08 id | 10 timeout (may be missing) | 92 01 length | the Validate, to the end of the frame
///
/// All that a server needs of one that it does not take on. Whatever looks otherwise is decoded: a frame may carry an
/// authorization, which counts from there on.
package struct ShedFrame {
    package let id: UInt64
    /// Where the next frame begins.
    package let end: Int

    @inline(__always)
    package init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard bytes.count - offset >= 4 else { return nil }
        let length = unsafe Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        var cursor = offset + 4
        guard length <= bytes.count - cursor, length <= Limits.clientFrameBytes else { return nil }
        end = cursor + length
        guard unsafe Self.take(0x08, bytes, &cursor, end), let id = unsafe Self.varint(bytes, &cursor, end), id != 0
        else { return nil }
        self.id = id
        if unsafe Self.take(0x10, bytes, &cursor, end) {
            guard unsafe Self.varint(bytes, &cursor, end) != nil else { return nil }
        }
        guard unsafe Self.take(0x92, bytes, &cursor, end), unsafe Self.take(0x01, bytes, &cursor, end),
            let rest = unsafe Self.varint(bytes, &cursor, end), rest == UInt64(end - cursor)
        else { return nil }
    }

    @inline(__always)
    private static func take(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, _ end: Int) -> Bool {
        guard cursor < end, unsafe bytes[cursor] == byte else { return false }
        cursor += 1
        return true
    }

    @inline(__always)
    private static func varint(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, _ end: Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while cursor < end, shift < 63 {
            let byte = unsafe bytes[cursor]
            cursor += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
