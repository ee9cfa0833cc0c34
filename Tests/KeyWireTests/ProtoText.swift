// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The contract's own text, read without protobuf-c, so that what the tests believe of it is checked against it.
struct ProtoText {
    struct Field: Hashable {
        let type: String
        let name: String
        let number: Int
    }

    /// The fields of each message, members of oneofs included.
    private(set) var messages: [String: [Field]] = [:]

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("proto/latchkey/v1")
        for file in ["account", "frame", "key", "key_service", "status", "usage"] {
            read(try String(contentsOf: folder.appendingPathComponent("\(file).proto"), encoding: .utf8))
        }
    }

    private mutating func read(_ text: String) {
        var message: String?
        for line in text.split(separator: "\n").map({ $0.prefix { $0 != "/" } }) {
            if let match = line.firstMatch(of: /^message (\w+) \{/) {
                message = String(match.1)
                messages[String(match.1)] = []
            } else if line.hasPrefix("}") {
                message = nil
            } else if let message, let field = line.firstMatch(of: /^ +(?:repeated )?([\w.]+) (\w+) = (\d+);/) {
                messages[message, default: []].append(
                    Field(type: String(field.1), name: String(field.2), number: Int(field.3) ?? 0))
            }
        }
    }

    /// The calls: the members of ClientFrame's oneof.
    var calls: [Field] { messages["ClientFrame", default: []].filter { $0.number >= 10 } }
}

extension ProtoText.Field {
    /// The field with some value that it may have.
    var sample: [UInt8] {
        switch type {
        case "string": Wire.text(number, "x")
        case "bytes": Wire.bytes(number, [1])
        case "uint32", "uint64", "int32", "bool", "Action", "Verdict", "KeyFilter": Wire.number(number, 1)
        default: Wire.bytes(number, [])
        }
    }
}
