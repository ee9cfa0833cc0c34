// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// An object's members as proto3 JSON reads them: by their names in either spelling, where `null` is as good as nothing.
struct JSONFields {
    private var values: [String: JSONValue] = [:]

    /// - Parameter thing: What it is, for a message.
    init(_ value: JSONValue, _ thing: String, names: [String]) throws(JSONFault) {
        guard case .object(let members) = value else { throw JSONFault("\(thing) must be a JSON object") }
        for (index, member) in members.enumerated() {
            let name = Self.camelCase(member.name)
            // It is not quoted: whoever writes a table by its tokens has them here.
            guard names.contains(name) else {
                throw JSONFault("member \(index + 1) of \(thing) is none of \(names.joined(separator: ", "))")
            }
            if member.value == .null { continue }
            if values.updateValue(member.value, forKey: name) != nil { throw JSONFault("\(name) is there twice") }
        }
    }

    /// `token_sha256` is `tokenSha256`.
    static func camelCase(_ name: String) -> String {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    func value(_ name: String) -> JSONValue? { values[name] }

    func text(_ name: String) throws(JSONFault) -> String {
        guard let value = values[name] else { return "" }
        guard case .text(let text) = value else { throw JSONFault("\(name) must be a text") }
        return text
    }

    func flag(_ name: String) throws(JSONFault) -> Bool {
        guard let value = values[name] else { return false }
        guard case .flag(let flag) = value else { throw JSONFault("\(name) must be true or false") }
        return flag
    }

    func list(_ name: String) throws(JSONFault) -> [JSONValue] {
        guard let value = values[name] else { return [] }
        guard case .list(let values) = value else { throw JSONFault("\(name) must be a list") }
        return values
    }

    func texts(_ name: String) throws(JSONFault) -> [String] {
        var texts: [String] = []
        for value in try list(name) {
            guard case .text(let text) = value else { throw JSONFault("\(name) must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    func time(_ name: String) throws(JSONFault) -> Timestamp? {
        let text = try text(name)
        if text.isEmpty, values[name] == nil { return nil }
        guard let time = RFC3339.time(text) else {
            throw JSONFault("\(name) must be an RFC 3339 time, such as 2027-01-31T12:00:00Z")
        }
        return time
    }

    func number(_ name: String) throws(JSONFault) -> UInt32 {
        let digits: String? =
            switch values[name] {
            case nil: "0"
            case .number(let digits), .text(let digits): digits
            case .null, .flag, .list, .object: nil
            }
        guard let number = digits.flatMap({ UInt32($0) }) else {
            throw JSONFault("\(name) must be a whole number from 0 to \(UInt32.max)")
        }
        return number
    }
}
