// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire

/// JSON on one line, in proto3's manner: 64-bit integers and times as strings, what is not there left out.
enum JSONText {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([JSONText])
    case object([(String, JSONText?)])
    /// JSON already.
    case raw(String)

    static func whole(_ number: UInt64) -> JSONText { .text("\(number)") }
    static func time(_ time: Timestamp) -> JSONText { .text(RFC3339.text(time, digits: 9)) }

    var line: String {
        switch self {
        case .text(let text): ProtoJSON.quoted(text)
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .list(let list): "[\(list.map(\.line).joined(separator: ","))]"
        case .object(let members):
            "{\(members.compactMap { name, value in value.map { "\"\(name)\":\($0.line)" } }.joined(separator: ","))}"
        case .raw(let text): text
        }
    }
}
