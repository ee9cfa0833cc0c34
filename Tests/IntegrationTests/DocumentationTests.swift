// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import KeyModel
import Testing

@testable import latchkey

/// What the documents say is what the program does.
///
/// With `LATCHKEY_WRITE_DOCUMENTS` set, what a program can write in them is written: what commands print, and the tables
/// of flags. Serialised, because two of the tests may write the same document.
@Suite(.serialized) struct DocumentationTests {
    private static let writes = ProcessInfo.processInfo.environment["LATCHKEY_WRITE_DOCUMENTS"] != nil
    private static let operations = "docs/OPERATIONS.md"
    /// A bare flag in the others may be that of a compiler or of a container's runtime.
    private static let ofThisProgramAlone: Set = ["README.md", operations, "docs/DURABILITY.md"]

    @Test("every command that a document shows prints what the document says", arguments: ["README.md", operations])
    func executed(path: String) async throws {
        var document = try Document(path)
        let blocks = document.blocks
        let commands = blocks.indices.filter { blocks[$0].language == "sh" }
        let printed = try await DocumentSession().run(commands.map { blocks[$0].text })
        #expect(!commands.isEmpty)
        let said = commands.map { index in
            let next = index + 1 < blocks.count ? blocks[index + 1] : nil
            return next.flatMap { $0.isFollowing && ["text", "json"].contains($0.language) ? $0 : nil }
        }
        let wrong = commands.indices.filter {
            NormalisedText(printed[$0]) != NormalisedText(said[$0]?.text ?? "")
        }
        for number in wrong where !Self.writes || said[number] == nil {
            let place = "\(path):\(blocks[commands[number]].lines.lowerBound)"
            Issue.record("\(place): it says\n\(said[number]?.text ?? "")and the command printed\n\(printed[number])")
        }
        if !Self.writes || wrong.isEmpty { return }
        // All of it, so that one key's id goes through the whole of a tour; from the end, so that what is written moves
        // none of the lines that are still to come.
        for (said, printed) in zip(said, printed).reversed() {
            if let said { document.replace(said.lines, with: printed) }
        }
        try document.write()
    }

    @Test("every command and flag that a document names exists", arguments: Document.all)
    func named(path: String) async throws {
        let document = try Document(path)
        let program = try await CommandDescription.program()
        for block in document.blocks where ["sh", "console"].contains(block.language) {
            for words in ShellCommands(block.text).ofLatchkey {
                do {
                    _ = try await Latchkey.asyncParseAsRoot(GlobalOptions.hoisted(words))
                } catch {
                    // Help and the like are asked for.
                    if Latchkey.exitCode(for: error).isSuccess { continue }
                    let complaint = Latchkey.message(for: error)
                    Issue.record(
                        "\(path):\(block.lines.lowerBound): latchkey \(words.joined(separator: " ")): \(complaint)")
                }
            }
        }
        let flags = Set(program.leaves().flatMap { $0.command.flags })
        for (line, text) in document.codeSpans {
            for words in ShellCommands(text).ofLatchkey {
                let words = GlobalOptions.hoisted(words)
                let (command, depth) = program.find(words)
                let wrong = words.filter { $0.hasPrefix("-") && !command.flags.contains(flag($0)) }
                // A word where a command is due that is none.
                let isLost = command.subcommands != nil && depth < words.count && !words[depth].hasPrefix("-")
                #expect(wrong.isEmpty && !isLost, "\(path):\(line + 1): \(text)")
            }
            if text.hasPrefix("--"), Self.ofThisProgramAlone.contains(path), !flags.contains(flag(text)) {
                Issue.record("\(path):\(line + 1): no command takes \(text)")
            }
        }
    }

    @Test("the tables of flags in OPERATIONS.md are the program's own")
    func flagTables() async throws {
        var document = try Document(Self.operations)
        let made = FlagTables(try await CommandDescription.program()).lines
        let place = try #require(document.generated("flags"))
        if Self.writes {
            document.lines.replaceSubrange(place, with: made)
            try document.write()
        } else if Array(document.lines[place]) != made {
            let (old, new) = (Set(document.lines[place]), Set(made))
            Issue.record(
                "write it anew (LATCHKEY_WRITE_DOCUMENTS=1): not \(old.subtracting(new)) but \(new.subtracting(old))")
        }
    }

    @Test(
        "R13: the roles in CALLERS.md have the rights that the command line gives them", arguments: CallerRole.allCases)
    func roles(role: CallerRole) throws {
        let line = try #require(Document("docs/CALLERS.md").lines.first { $0.hasPrefix("| \(role.rawValue) |") })
        let grants = line.matches(of: /`([^`]+)`/).map { String($0.1) }
        #expect(Set(grants) == Set(role.grants.map(GrantArgument.text)), "\(line)")
    }

    @Test("OPERATIONS.md explains every reason, log line and variable of the environment, and no others")
    func explained() throws {
        let document = try Document(Self.operations)
        let reasons = try matches(of: /Reason\(rawValue: "([A-Z_]+)"\)/, in: "Sources/KeyModel/Refusal.swift")
        #expect(reasons.count > 20)
        #expect(document.rowNames(under: "## What an error means").sorted() == reasons.sorted())
        let call = /logger\.(?:trace|debug|info|notice|warning|error|critical)\(\s*"((?:[^"\\]|\\.)*)"/
        let program = try swiftFiles(under: "Sources/latchkey")
        // What is put into a message is an N in the table.
        let logged = try program.flatMap { try matches(of: call, in: $0) }.map {
            $0.replacing(/\\\([^)]*\)/, with: "N")
        }
        let explained = document.lines.compactMap { line in
            line.firstMatch(of: /^\| (?:debug|info|notice|warning|error) \| (.+?) \|/).map { String($0.1) }
        }
        #expect(explained.sorted() == Set(logged).sorted())
        let read = try program.flatMap { try matches(of: /Environment\.value\("([A-Z_]+)"\)/, in: $0) }
        let quoted = try program.flatMap { try matches(of: /"([A-Z_]+)"/, in: $0) }
        let variables = Set(document.rowNames(under: "## The environment"))
        #expect(variables.isSuperset(of: read) && variables.isSubset(of: quoted))
    }

    @Test("OPERATIONS.md has the exit status of every code and the HTTP status of every verdict")
    func statuses() throws {
        let lines = try Document(Self.operations).lines
        for code in StatusCode.allCases {
            let row = "| `\(code.name)` | \(code.rawValue) | \(ExitStatus(Refusal(code, .invalidField, "")).rawValue) |"
            #expect(lines.contains { $0.hasPrefix(row) }, "\(row)")
        }
        for verdict in Verdict.allCases {
            let row =
                "| `\(verdict.name)` | \(verdict.httpStatus) | \(verdict == .valid ? 0 : 1) | \(verdict.message) |"
            #expect(lines.contains(row), "\(row)")
        }
    }

    /// `--output=json` names `--output`, and so does `--output json`; `-ojson` names `-o`.
    private func flag(_ word: String) -> String {
        let name = word.prefix { $0 != "=" && $0 != " " }
        return name.hasPrefix("--") ? String(name) : String(name.prefix(2))
    }

    private func matches(of pattern: Regex<(Substring, Substring)>, in path: String) throws -> [String] {
        try String(contentsOf: Document.root.appendingPathComponent(path), encoding: .utf8)
            .matches(of: pattern).map { String($0.1) }
    }

    private func swiftFiles(under folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: Document.root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(".swift") }.map { "\(folder)/\($0)" }
    }
}
