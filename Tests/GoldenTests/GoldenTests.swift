// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import Testing

/// Directories that earlier versions of the program left when they were killed, one for each format there ever was
/// (make-golden.sh). They stay as they are, and open for ever.
@Suite struct GoldenTests {
    static let formats = ["v1"]

    /// A token, and what Validate must say of it.
    private struct Expectation {
        let verdict: Verdict
        let token: String
        let name: String
    }

    /// A copy with the modes that git does not keep.
    private func copy(_ format: String, to directory: TemporaryDirectory) throws -> [Expectation] {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(format)
        let files = FileManager.default
        for name in ["data", "data.key"] {
            try files.copyItem(atPath: golden.appendingPathComponent(name).path, toPath: directory.path(name))
        }
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory.path("data.key"))
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path("data"))
        for name in ["journal", "history", "snapshots"] {
            // Git keeps no empty directories.
            try files.createDirectory(atPath: directory.path("data/\(name)"), withIntermediateDirectories: true)
        }
        return try String(contentsOf: golden.appendingPathComponent("expected"), encoding: .utf8)
            .split(separator: "\n").map { line in
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                let verdict = try #require(Verdict.allCases.first { $0.name == words.first })
                return Expectation(verdict: verdict, token: words[1], name: words[2])
            }
    }

    @Test("storage rule 9: the directory of every format opens, and its keys are what they were", arguments: formats)
    func opens(format: String) async throws {
        let directory = try TemporaryDirectory()
        let expected = try copy(format, to: directory)
        let server = try await TestServer(path: directory.path("data"))
        let client = server.client()
        for key in expected {
            let answer = try await client.validate(ValidateRequest(secret: key.token))
            #expect(answer.verdict == key.verdict)
            #expect(answer.name == key.name)
        }
        #expect(server.opened.report.snapshot != nil)
        #expect(server.opened.report.records > 0)
        #expect(server.opened.report.damagedSnapshots.isEmpty && server.opened.report.torn == nil)
        // Used once before the last snapshot, and once now.
        let used = try #require(expected.first { $0.name == "used" })
        let id = "\(used.token.dropFirst(3).prefix(12))"
        let key = try await client.getKey(GetKeyRequest(keyID: id)).key
        #expect(key.useCount == 2)
        #expect(key.description == "größer als früher")
        let account = try await client.getAccount(GetAccountRequest(accountID: "acme")).account
        #expect(account.settings.maxActiveKeys == 0)
        #expect(account.totalKeys == 5)
        await client.close()
        await server.stop()
    }

    @Test("storage rule 9, B12: every file of every format verifies", arguments: formats)
    func verifies(format: String) throws {
        let directory = try TemporaryDirectory()
        _ = try copy(format, to: directory)
        let found = try StoreInspection.open(directory.path("data")).verify(StoreState())
        #expect(found.snapshots.count == 2)
        #expect(found.journalSegments >= 2)
        #expect(found.historySegments >= 1)
        #expect(found.records == 13)
        #expect(found.isWhole)
    }
}
