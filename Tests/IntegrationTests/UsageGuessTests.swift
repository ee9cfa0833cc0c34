// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// Somebody guesses, more than the usage log has room for.
@Suite struct UsageGuessTests {
    private static let guesses = 3_000
    private static let guessers = 16

    @Test("R17, B3: a flood of guesses leaves every event that belongs to a key in place, also over a restart")
    func guesses() async throws {
        let directory = try TemporaryDirectory()
        let options = ["--usage-bytes", "1MiB"]
        let first = try await ServeProcess(data: directory.path("data"), extra: options)
        let client = first.client()
        let key = try await client.makeKey()
        for number in 0..<50 { try await Self.ask(client, key.secret, number) }
        try await Self.guess(client)
        for number in 50..<100 { try await Self.ask(client, key.secret, number) }
        await client.close()
        #expect(await first.stop() == 0)

        let second = try await ServeProcess(data: directory.path("data"), extra: options)
        let later = second.client()
        var (tally, paths, kept) = (UsageTally(), [String](), 0)
        for try await record in try await later.streamUsage(StreamUsageRequest(history: true, noFollow: true)) {
            tally.note(record)
            guard case .event(let event) = record.kind else { continue }
            if event.keyID.isEmpty { kept += 1 } else { paths.append(event.path) }
        }
        #expect(paths == (0..<100).map { "/\($0)" })
        #expect(tally.holes == 0 && tally.repeats == 0)
        // Of what somebody guessed, the latest.
        #expect(kept > 0 && kept < Self.guesses / 4)
        print("usage under guesses: \(paths.count) events of the key, \(kept) of \(Self.guesses) guesses kept")
        await later.close()
        #expect(await second.stop() == 0)
    }

    private static func ask(_ client: KeyClient, _ secret: String, _ number: Int) async throws {
        let answer = try await client.validate(ValidateRequest(secret: secret, path: "/\(number)"))
        #expect(answer.verdict == .valid)
    }

    private static func guess(_ client: KeyClient) async throws {
        // Each takes half a kilobyte: all of them a dozen times the budget for such.
        let rest = String(repeating: "g", count: 450)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for guesser in 0..<guessers {
                group.addTask {
                    for number in stride(from: guesser, to: guesses, by: guessers) {
                        let request = ValidateRequest(secret: "guess \(number)", path: "/g/\(number)/\(rest)")
                        _ = try await client.validate(request)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
