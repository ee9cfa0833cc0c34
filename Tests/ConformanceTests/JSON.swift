// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Any JSON value, as the cases and the replies have it. Numbers are whole.
enum JSON: Decodable, Sendable {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
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
