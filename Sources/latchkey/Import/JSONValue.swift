// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// JSON as it was read. What it is good for is decided by whoever reads it: a number is kept as it was written.
enum JSONValue: Equatable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    /// In the order of the text; no name is there twice.
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: JSONValue
    }

    /// To be written again.
    var json: JSONText {
        switch self {
        case .null: .raw("null")
        case .flag(let flag): .flag(flag)
        case .number(let digits): .raw(digits)
        case .text(let text): .text(text)
        case .list(let values): .list(values.map(\.json))
        case .object(let members): .object(members.map { ($0.name, $0.value.json) })
        }
    }
}

/// Why a text is not what it should be. It never quotes the text, which may hold a secret.
struct JSONFault: Error, Equatable {
    let what: String

    init(_ what: String) {
        self.what = what
    }
}
