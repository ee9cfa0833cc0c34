// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a load generator wants to know of a ServerFrame, read in place: cheaper than decoding it.
struct BenchReply {
    enum Outcome {
        case verdict(UInt64)
        /// A Status.
        case error
        /// Neither.
        case other
    }

    private(set) var id: UInt64 = 0
    private(set) var outcome = Outcome.other

    /// `nil` = not a protobuf message.
    init?(scanning bytes: UnsafeRawBufferPointer) {
        var cursor = Cursor(bytes)
        while !cursor.isAtEnd {
            guard let field = cursor.field() else { return nil }
            switch (field.number, field.content) {
            case (1, .varint(let value)): id = value
            case (3, .bytes): outcome = .error
            case (18, .bytes(let message)):
                // A message without the field has its default, which is no verdict.
                var inner = Cursor(message)
                if case .varint(let verdict)? = inner.field(numbered: 1) { outcome = .verdict(verdict) }
            default: break
            }
        }
    }
}

/// Walks over the fields of a protobuf message.
private struct Cursor {
    enum Content {
        case varint(UInt64)
        case bytes(UnsafeRawBufferPointer)
        case fixed
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// The next field.
    mutating func field() -> (number: UInt64, content: Content)? {
        guard let tag = varint() else { return nil }
        switch tag & 7 {
        case 0: return varint().map { (tag >> 3, .varint($0)) }
        case 1: return skip(8) ? (tag >> 3, .fixed) : nil
        case 5: return skip(4) ? (tag >> 3, .fixed) : nil
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count - offset) else { return nil }
            let content = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
            offset += Int(length)
            return (tag >> 3, .bytes(content))
        default: return nil
        }
    }

    /// The first field of this number.
    mutating func field(numbered number: UInt64) -> Content? {
        while !isAtEnd, let field = field() {
            if field.number == number { return field.content }
        }
        return nil
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    private mutating func skip(_ count: Int) -> Bool {
        guard bytes.count - offset >= count else { return false }
        offset += count
        return true
    }
}
