// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Looks for pieces of many secrets in whatever was written.
///
/// A secret is 43 characters of base62. Sixteen of them in a row are found, wherever in the secret they stand: enough to
/// be no accident, and less than any leak of use to anyone.
struct SecretSearch {
    private static let pieceLength = 16

    private var pieces: Set<ArraySlice<UInt8>> = []
    private(set) var bytes = 0
    private(set) var found: [String] = []

    init(_ tokens: [String]) {
        for token in tokens {
            // Between the id and the check.
            let secret = Array(token.utf8).dropLast(6).suffix(43)
            for start in secret.indices.dropLast(Self.pieceLength - 1) {
                pieces.insert(ArraySlice(Array(secret[start..<start + Self.pieceLength])))
            }
        }
    }

    /// Searches what was printed or read; `origin` names it.
    mutating func search(_ text: [UInt8], _ origin: String) {
        bytes += text.count
        var start = 0
        for end in 0...text.count where end == text.count || !Self.isDigit(text[end]) {
            for place in start..<max(start, end - Self.pieceLength + 1)
            where pieces.contains(text[place..<place + Self.pieceLength]) {
                found.append("\(origin), at \(place)")
                break
            }
            start = end + 1
        }
    }

    /// Searches every file of a directory.
    mutating func search(directory: String) throws {
        let root = URL(fileURLWithPath: directory)
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        while let file = files?.nextObject() as? URL {
            if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                search(Array(try Data(contentsOf: file)), file.path)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }
}
