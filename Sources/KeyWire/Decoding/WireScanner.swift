// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel

/// Checks a message's bytes against the schema before protobuf-c sees them.
///
/// protobuf-c 1.4 keeps no string lengths, checks no UTF-8, takes any wire type for a bool, merges repeated
/// submessages and sizes its arrays by what the bytes claim. What it would let through is refused here: nothing is
/// allocated, and every read is inside the buffer.
struct WireScanner {
    private let schema = WireSchema.clientFrame
    /// What protobuf-c will ask of its allocator, at most.
    private(set) var expansion = 0

    /// What protobuf-c notes on each field while it unpacks, and the rounding of each allocation.
    private static let perFieldBytes = 64

    /// Scans one message, returns which of its fields are set (bit n = field n).
    mutating func scan(_ message: Int, _ bytes: UnsafeRawBufferPointer) throws(WireFault) -> UInt64 {
        let layout = unsafe schema.messages[message]
        var reader = unsafe WireReader(bytes)
        var seen: UInt64 = 0
        try grow(by: layout.size)
        while !reader.isAtEnd {
            let (number, wire) = try reader.tag()
            guard number < layout.count, unsafe schema.fields[layout.base + number].kind != .absent else {
                throw WireFault(.unknownField, schema.name(of: number, in: message))
            }
            let field = unsafe schema.fields[layout.base + number]
            do throws(WireFault) {
                try value(of: field, wire, &reader)
                if !field.repeated, seen & field.bits != 0 { throw WireFault(.duplicate) }
            } catch {
                throw error.within(schema.name(of: number, in: message))
            }
            seen |= field.bits
        }
        return seen
    }

    /// Checks and passes one field's value. Inlined into the loop above on purpose: it is the hot path.
    @inline(__always)
    private mutating func value(
        of field: WireSchema.Field, _ wire: WireReader.WireType, _ reader: inout WireReader
    ) throws(WireFault) {
        try grow(by: Self.perFieldBytes)
        switch (field.kind, wire) {
        case (.varint, .varint):
            _ = try reader.varint()
        case (.fixed32, .fixed32):
            try reader.skip(4)
        case (.fixed64, .fixed64):
            try reader.skip(8)
        case (.string, .length):
            let text = try unsafe reader.lengthDelimited()
            try grow(by: text.count)
            if let fault = unsafe textFault(text) { throw WireFault(fault) }
        case (.bytes, .length):
            try unsafe grow(by: reader.lengthDelimited().count)
        case (.message, .length):
            _ = try unsafe scan(field.message, reader.lengthDelimited())
        case (.varint, .length) where field.repeated:
            var packed = unsafe WireReader(try reader.lengthDelimited())
            while !packed.isAtEnd {
                _ = try packed.varint()
                try grow(by: Self.perFieldBytes)
            }
        default:
            throw WireFault(.wrongWireType)
        }
    }

    private mutating func grow(by bytes: Int) throws(WireFault) {
        expansion += bytes
        if expansion > Limits.decodedFrameBytes { throw WireFault(.expands) }
    }
}

/// `nil` when the bytes are UTF-8 without NUL. Eight at a time while they are ASCII.
@inline(__always)
func textFault(_ text: UnsafeRawBufferPointer) -> WireFault.Kind? {
    var offset = 0
    while text.count - offset >= 8 {
        let word = unsafe text.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        // A byte of 0 borrows into its high bit; a byte past 0x7F has it set already.
        if ((word &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080 != 0 { return unsafe slowTextFault(text) }
        offset += 8
    }
    while offset < text.count {
        if unsafe text[offset] &- 1 >= 0x7F { return unsafe slowTextFault(text) }
        offset += 1
    }
    return nil
}

@inline(never)
private func slowTextFault(_ text: UnsafeRawBufferPointer) -> WireFault.Kind? {
    if unsafe text.contains(0) { return .nul }
    let bytes = unsafe text.bindMemory(to: UInt8.self)
    return unsafe (try? UTF8Span(validating: Span(_unsafeElements: bytes))) == nil ? .notUTF8 : nil
}
