// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Protobuf's wire format written by hand, right or wrong as a test needs it.
enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var out: [UInt8] = []
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return out + [UInt8(rest)]
    }

    /// A tag; `wire` is any number of 0 to 7.
    static func tag(_ number: Int, _ wire: Int) -> [UInt8] { varint(UInt64(number) << 3 | UInt64(wire)) }

    static func number(_ field: Int, _ value: UInt64) -> [UInt8] { tag(field, 0) + varint(value) }

    static func bytes(_ field: Int, _ value: [UInt8]) -> [UInt8] {
        tag(field, 2) + varint(UInt64(value.count)) + value
    }

    static func text(_ field: Int, _ value: String) -> [UInt8] { bytes(field, Array(value.utf8)) }

    /// A field of type `wire` with some value that such a field may have.
    static func sample(_ field: Int, _ wire: Int) -> [UInt8] {
        switch wire {
        case 0: number(field, 1)
        case 1: tag(field, 1) + [UInt8](repeating: 0, count: 8)
        case 5: tag(field, 5) + [UInt8](repeating: 0, count: 4)
        default: bytes(field, [])
        }
    }

    /// A ClientFrame that holds one call.
    static func frame(id: UInt64 = 7, _ call: Int, _ message: [UInt8]) -> [UInt8] {
        number(1, id) + bytes(call, message)
    }

    /// The message as it goes over a socket.
    static func prefixed(_ message: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(message.count).bigEndian) { Array($0) } + message
    }
}
