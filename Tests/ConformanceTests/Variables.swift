// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// What a case's steps have bound, and the texts that are made of it.
struct Variables {
    private var values: [String: JSON] = [:]

    subscript(name: String) -> JSON? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// A value with every variable replaced and every list, repetition and token made.
    mutating func expand(_ value: JSON) throws -> JSON {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(try expand(text))
        case .array(let elements): return .array(try elements.map { try expand($0) })
        case .object(let members):
            if let text = members["$repeat"]?.text, let times = members["times"]?.int {
                return .string(String(repeating: text, count: times))
            }
            if let count = members["$each"]?.int, let template = members["of"] { return try each(count, template) }
            if let parts = members["$token"] { return .string(try token(try expand(parts))) }
            return .object(try members.mapValues { try expand($0) })
        }
    }

    private mutating func each(_ count: Int, _ template: JSON) throws -> JSON {
        let outer = values["i"]
        defer { values["i"] = outer }
        return .array(
            try (0..<count).map { index in
                values["i"] = .number(Int64(index))
                return try expand(template)
            })
    }

    private func expand(_ text: String) throws -> String {
        var out = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            out += rest[..<start.lowerBound]
            out += try variable(rest[start.upperBound..<end])
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    /// NAME, NAME|HOW or now, now+30d.
    private func variable(_ text: Substring) throws -> String {
        let parts = text.split(separator: "|", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        if name == "now" { return TimeText.text(SystemTime.now) }
        if name.hasPrefix("now+") || name.hasPrefix("now-") {
            return TimeText.text(SystemTime.now.advanced(by: try TimeText.span(String(name.dropFirst(3)))))
        }
        guard let value = values[name]?.text else { throw Mismatch("there is no variable \(name)") }
        guard parts.count == 2 else { return value }
        switch parts[1] {
        case "hint": return "\(value.prefix(4))...\(value.suffix(4))"
        case "typo": return value.dropLast() + (value.hasSuffix("0") ? "1" : "0")
        case let difference:
            guard let number = Int64(value), let more = Int64(difference) else {
                throw Mismatch("\(text): neither hint nor typo, nor a number to add to one")
            }
            return String(number + more)
        }
    }

    /// A well-formed token, of whatever id and secret.
    private func token(_ parts: JSON) throws -> String {
        guard let prefix = parts["prefix"]?.text, let id = parts["id"]?.text, let secret = parts["secret"]?.text else {
            throw Mismatch("a token has a prefix, an id and a secret")
        }
        return Token.text(prefix: prefix, idAndSecret: Array((id + secret).utf8))
    }
}
