// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Requirements")
struct RequirementTests {
    /// The rows of the requirements that are built. A row is added here with the change that builds it.
    static let built = [
        "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "R16",
        "R17", "R18", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B12",
    ]

    @Test("Every requirement that is built is named by a test that proves it", arguments: built)
    func named(row: String) throws {
        let named = try Repository.swiftFiles(under: "Tests").contains { file in
            displayNames(in: file.text).contains { name in
                name.split { !$0.isLetter && !$0.isNumber }.contains { $0 == row }
            }
        }
        #expect(named, "no test's display name has the word \(row)")
    }

    /// What `@Test` and `@Suite` call their tests.
    private func displayNames(in text: String) -> [Substring] {
        text.matches(of: /@(?:Test|Suite)\(\s*"((?:[^"\\]|\\.)*)"/).map(\.1)
    }
}
