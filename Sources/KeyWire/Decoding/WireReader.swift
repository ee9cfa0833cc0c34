// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Reads protobuf's wire format from a buffer, never past its end.
@safe struct WireReader {
    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case length = 2
        case fixed32 = 5
    }

    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = unsafe bytes
    }

    var isAtEnd: Bool { unsafe offset == bytes.count }

    /// A field's number, 1 or more, and its type on the wire.
    @inline(__always)
    mutating func tag() throws(WireFault) -> (number: Int, wire: WireType) {
        let value = try varint()
        guard let wire = WireType(rawValue: UInt8(truncatingIfNeeded: value & 7)), value >> 3 != 0, value <= UInt32.max
        else { throw WireFault(.badTag) }
        return (Int(value >> 3), wire)
    }

    @inline(__always)
    mutating func varint() throws(WireFault) -> UInt64 {
        if unsafe offset < bytes.count, unsafe bytes[offset] < 0x80 {
            defer { offset += 1 }
            return unsafe UInt64(bytes[offset])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(WireFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while unsafe offset < bytes.count, shift < 70 {
            let byte = unsafe bytes[offset]
            offset += 1
            // Bits past the 64th are dropped, as every protobuf decoder does.
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
            shift += 7
        }
        throw WireFault(.truncated)
    }

    @inline(__always)
    mutating func skip(_ count: Int) throws(WireFault) {
        guard unsafe count <= bytes.count - offset else { throw WireFault(.truncated) }
        offset += count
    }

    @inline(__always)
    mutating func lengthDelimited() throws(WireFault) -> UnsafeRawBufferPointer {
        let length = try varint()
        guard unsafe length <= UInt64(bytes.count - offset) else { throw WireFault(.truncated) }
        let begin = offset
        offset += Int(length)
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[begin..<offset])
    }
}
