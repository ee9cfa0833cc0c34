// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `docs/PROTOCOL.md` and the vectors that it quotes.
struct ProtocolDocument {
    /// One frame as it went over a socket.
    struct Vector: Decodable {
        let name: String
        /// "client" or "server".
        let from: String
        let hex: String
        /// Its bytes in hex, line by line, each beside what it means; the length comes first.
        let lines: [[String]]

        var bytes: [UInt8] { Hex.bytes(hex) }

        /// As the document quotes it: 16 bytes in a line.
        var quotation: String {
            lines.flatMap { line -> [String] in
                let pairs = Hex.bytes(line[0]).map { Hex.text([$0]) }
                let rows = stride(from: 0, to: max(pairs.count, 1), by: 16).map { begin in
                    pairs.dropFirst(begin).prefix(16).joined(separator: " ")
                }
                let padding = String(repeating: " ", count: max(0, 49 - rows[0].count))
                return ["    " + rows[0] + padding + line[1]] + rows.dropFirst().map { "    " + $0 }
            }.joined(separator: "\n")
        }
    }

    /// A token, or what looks like one.
    struct TokenVector: Decodable {
        let token: String
        let valid: Bool
        /// What it is made of; absent when it is not valid.
        let prefix: String?
        let id: String?
        let secret: String?
        let crc32: String?
        let check: String?

        /// As the document quotes it.
        var quotation: String {
            let parts =
                valid
                ? "\(prefix ?? "") _ \(id ?? "") \(secret ?? "") \(check ?? ""), CRC-32 \(crc32 ?? "")" : "MALFORMED"
            return "    \(token)\n        \(parts)\n"
        }
    }

    let text: String
    let vectors: [Vector]
    let tokens: [TokenVector]

    /// Read once for all tests.
    static let read = Result { try ProtocolDocument() }

    private init() throws {
        text = try Self.file("docs/PROTOCOL.md")
        let decoder = JSONDecoder()
        vectors = try decoder.decode(
            [String: [Vector]].self, from: Data(Self.file("docs/vectors/frames.json").utf8))["vectors", default: []]
        tokens = try decoder.decode(
            [String: [TokenVector]].self, from: Data(Self.file("docs/vectors/tokens.json").utf8))["tokens", default: []]
    }

    /// The rows of its tables, each with the cells of its row.
    var rows: [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
            row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        }
    }

    /// A file of the checkout that these tests are in.
    static func file(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    static func url(_ path: String) -> URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(path)
    }
}

/// Bytes as two lower-case digits each.
enum Hex {
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
