// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Any protobuf message, taken apart as far as its bytes alone allow (the wire format is drawn in
/// https://protobuf.dev/programming-guides/encoding).
struct ProtoMessage {
    enum Value: Equatable {
        case integer(UInt64)
        case bytes([UInt8])
    }

    enum Malformed: Error, Equatable {
        case truncated
        case overlongVarint
        case wireType(UInt64)
    }

    private(set) var fields: [(number: Int, value: Value)] = []

    init(_ bytes: [UInt8]) throws(Malformed) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            let number = Int(tag >> 3)
            switch tag & 7 {
            case 0: fields.append((number, .integer(try Self.varint(&rest))))
            case 1: fields.append((number, .integer(Self.littleEndian(try Self.take(8, from: &rest)))))
            case 2:
                let length = try Self.varint(&rest)
                guard length <= UInt64(rest.count) else { throw .truncated }
                fields.append((number, .bytes(Array(try Self.take(Int(length), from: &rest)))))
            case 5: fields.append((number, .integer(Self.littleEndian(try Self.take(4, from: &rest)))))
            case let other: throw .wireType(other)
            }
        }
    }

    /// The last value wins, as protobuf has it; absent is 0.
    func integer(_ number: Int) -> Int { presentInteger(number) ?? 0 }

    func presentInteger(_ number: Int) -> Int? {
        for field in fields.reversed() where field.number == number {
            if case .integer(let value) = field.value { return Int(truncatingIfNeeded: value) }
        }
        return nil
    }

    func string(_ number: Int) -> String { strings(number).last ?? "" }

    func strings(_ number: Int) -> [String] { payloads(number).map { String(decoding: $0, as: UTF8.self) } }

    func messages(_ number: Int) throws(Malformed) -> [ProtoMessage] {
        var messages: [ProtoMessage] = []
        for payload in payloads(number) { messages.append(try ProtoMessage(payload)) }
        return messages
    }

    /// A repeated integer, packed or not.
    func integers(_ number: Int) throws(Malformed) -> [Int] {
        var integers: [Int] = []
        for field in fields where field.number == number {
            switch field.value {
            case .integer(let value): integers.append(Int(truncatingIfNeeded: value))
            case .bytes(let payload):
                var rest = payload[...]
                while !rest.isEmpty { integers.append(Int(truncatingIfNeeded: try Self.varint(&rest))) }
            }
        }
        return integers
    }

    private func payloads(_ number: Int) -> [[UInt8]] {
        fields.compactMap { field in
            guard field.number == number, case .bytes(let payload) = field.value else { return nil }
            return payload
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .truncated }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw .overlongVarint
    }

    private static func take(
        _ count: Int, from rest: inout ArraySlice<UInt8>
    ) throws(Malformed) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .truncated }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }

    private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
