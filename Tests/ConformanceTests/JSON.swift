// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Any JSON value, as the cases and the replies have it. Numbers are whole.
enum JSON: Sendable {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(text: String) throws {
        self = try JSONParser.parse(Array(text.utf8))
    }

    subscript(name: String) -> JSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var object: [String: JSON] { if case .object(let members) = self { members } else { [:] } }

    var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// Of a string, a number or a truth value: 64-bit integers are strings in proto3 JSON and others are not, so what
    /// is written is compared.
    var text: String? {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .number(let value): String(value)
        case .string(let value): value
        case .null, .array, .object: nil
        }
    }

    var int: Int? { text.flatMap(Int.init) }

    var isNull: Bool { if case .null = self { true } else { false } }

    /// What a field holds that was not set.
    var isDefault: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .number(let value): value == 0
        case .string(let value): value.isEmpty || value == "0"
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    /// Every string in it, however deep.
    var strings: [String] {
        switch self {
        case .null, .bool, .number: []
        case .string(let value): [value]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let members): members.flatMap { [$0.key] + $0.value.strings }
        }
    }
}

extension JSON: CustomStringConvertible {
    var description: String {
        switch self {
        case .null: "null"
        case .bool, .number: text ?? ""
        case .string(let value): "\"\(value)\""
        case .array(let elements): "[\(elements.map(\.description).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}
