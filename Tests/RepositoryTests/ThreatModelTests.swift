// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The threat model")
struct ThreatModelTests {
    private static let path = "docs/THREAT_MODEL.md"

    /// A row of a table of threats.
    private struct Threat {
        let name: Substring
        /// As `Suite.function`; `Suite.*` = all of it.
        let tests: [(suite: Substring, function: Substring)]
    }

    private func threats() throws -> [Threat] {
        let text = try Repository.text(Self.path)
        let begin = try #require(text.range(of: "\n## Threats\n")).upperBound
        let end = try #require(text[begin...].range(of: "\n## ")).lowerBound
        return text[begin..<end].split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Threat |") }
            .map { line in
                let cells = line.split(separator: "|").map { $0.trimmingPrefix { $0 == " " } }
                let tests = cells[2].matches(of: /`(\w+)\.(\w+|\*)`/).map { (suite: $0.1, function: $0.2) }
                return Threat(name: cells[0], tests: tests)
            }
    }

    @Test("every threat has a test that shows what meets it, and every test that is named exists")
    func named() throws {
        let threats = try threats()
        #expect(threats.count > 20)
        let files = try Repository.swiftFiles(under: "Tests")
        for threat in threats {
            #expect(!threat.tests.isEmpty, "\(threat.name)")
            for (suite, function) in threat.tests {
                let found = files.contains { file in
                    file.text.contains("struct \(suite) {")
                        && (function == "*" || file.text.contains("func \(function)("))
                }
                #expect(found, "\(threat.name): there is no \(suite).\(function)")
            }
        }
    }

    @Test("the threat model and how to report a hole are found from the README and from each other")
    func linked() throws {
        let readme = try Repository.text("README.md")
        #expect(readme.contains("(\(Self.path))") && readme.contains("(SECURITY.md)"))
        #expect(try Repository.text("SECURITY.md").contains("(\(Self.path))"))
        #expect(try Repository.text(Self.path).contains("(../SECURITY.md)"))
    }
}
