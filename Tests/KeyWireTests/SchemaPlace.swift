// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

@testable import KeyWire
import Testing

/// A field that may stand in a ClientFrame, at any depth, as protobuf-c's descriptors have it.
struct SchemaPlace: CustomTestStringConvertible, Sendable {
    /// The field's number, those of the messages around it first.
    let numbers: [Int]
    /// The same in names: "create_key.grants.actions".
    let name: String
    let kind: WireSchema.Field.Kind
    let repeated: Bool

    var testDescription: String { name }

    /// The wire types that the field may have.
    var wires: [Int] {
        switch kind {
        case .varint: repeated ? [0, 2] : [0]
        case .fixed64: [1]
        case .fixed32: [5]
        case .string, .bytes, .message: [2]
        case .absent: []
        }
    }

    /// Every place but the frame's own id.
    static let all: [SchemaPlace] = {
        var places: [SchemaPlace] = []
        add(message: 0, [], [], to: &places)
        return places.filter { $0.numbers != [1] }
    }()

    private static func add(message: Int, _ numbers: [Int], _ names: [String], to places: inout [SchemaPlace]) {
        let schema = WireSchema.clientFrame
        let layout = schema.messages[message]
        for number in 0..<layout.count {
            let field = schema.fields[layout.base + number]
            if field.kind == .absent { continue }
            let path = names + [schema.name(of: number, in: message)]
            places.append(
                SchemaPlace(
                    numbers: numbers + [number], name: path.joined(separator: "."), kind: field.kind,
                    repeated: field.repeated))
            if field.kind == .message { add(message: field.message, numbers + [number], path, to: &places) }
        }
    }

    /// A frame with id 7 in which `field`, a tag and a value, stands at this place and nothing else.
    func frame(holding field: [UInt8]) -> [UInt8] {
        Wire.number(1, 7) + numbers.dropLast().reversed().reduce(field) { inner, number in Wire.bytes(number, inner) }
    }

    /// The field's own number.
    var number: Int { numbers.last ?? 0 }
}
