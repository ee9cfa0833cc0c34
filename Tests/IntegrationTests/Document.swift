// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One of the repository's documents, and what in it is not prose.
struct Document {
    /// The checkout, found from this file's own place in it.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// README.md, CONTRIBUTING.md and those of `docs`, as paths from the root.
    static var all: [String] {
        let docs =
            (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)) ?? []
        return ["README.md", "CONTRIBUTING.md"]
            + docs.filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }.sorted()
    }

    /// A fenced block.
    struct Block {
        /// What stands behind the opening fence.
        let language: String
        /// Its lines, without the fences.
        let lines: Range<Int>
        let text: String
        /// Whether nothing but empty lines is between it and the block before it.
        let isFollowing: Bool
    }

    let path: String
    var lines: [String]

    init(_ path: String) throws {
        self.path = path
        let text = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var blocks: [Block] {
        var found: [Block] = []
        var begun: (line: Int, language: String, isFollowing: Bool)?
        var isFollowing = false
        for (number, line) in lines.enumerated() {
            if let (start, language, follows) = begun {
                guard line == "```" else { continue }
                let range = start + 1..<number
                found.append(
                    Block(
                        language: language, lines: range, text: lines[range].map { $0 + "\n" }.joined(),
                        isFollowing: follows))
                (begun, isFollowing) = (nil, true)
            } else if line.hasPrefix("```") {
                begun = (number, String(line.dropFirst(3)), isFollowing)
            } else if !line.isEmpty {
                isFollowing = false
            }
        }
        return found
    }

    /// What stands between backquotes in the prose.
    var codeSpans: [(line: Int, text: String)] {
        let inBlocks = Set(blocks.flatMap { $0.lines.lowerBound - 1...$0.lines.upperBound })
        return lines.enumerated().filter { !inBlocks.contains($0.offset) }.flatMap { number, line in
            line.matches(of: /`([^`]+)`/).map { (number, String($0.1)) }
        }
    }

    /// The lines between the two comments that mark what is made by a program; `nil` when they are not there.
    func generated(_ name: String) -> Range<Int>? {
        guard let begin = lines.firstIndex(of: "<!-- generated: \(name) -->"),
            let end = lines[begin...].firstIndex(of: "<!-- end -->")
        else { return nil }
        return begin + 1..<end
    }

    /// The first column of the table rows under a heading, where it is a code span and nothing else.
    func rowNames(under heading: String) -> [String] {
        guard let begin = lines.firstIndex(of: heading) else { return [] }
        return lines[(begin + 1)...].prefix { !$0.hasPrefix("#") }.compactMap { line in
            line.firstMatch(of: /^\| `([^`]+)` \|/).map { String($0.1) }
        }
    }

    mutating func replace(_ range: Range<Int>, with text: String) {
        lines.replaceSubrange(
            range, with: text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init))
    }

    func write() throws {
        try lines.joined(separator: "\n")
            .write(to: Self.root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }
}
