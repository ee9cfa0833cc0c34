// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// The usage log of a program that is killed while somebody follows it.
@Suite struct UsageKillTests {
    private static let cycles = 3

    @Test(
        "R17, B3: over kill -9 and restarts a follower that resumes sees every event once, in order, or an explicit gap"
    )
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let socket = directory.path("s")
        var server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
        let follower = KeyClient(.unix(path: socket))
        let stream = try await follower.streamUsage(StreamUsageRequest(history: true), resuming: true)
        let following = Task { try await Self.read(stream, until: "/end") }
        var secret = ""
        for cycle in 0...Self.cycles {
            let client = server.client()
            if secret.isEmpty { secret = try await client.makeKey().secret }
            if cycle == Self.cycles {
                _ = try await client.validate(ValidateRequest(secret: secret, path: "/end"))
                await client.close()
                break
            }
            let program = server.program
            async let asking: Void = Self.ask(client, secret, cycle, killing: program)
            #expect(await program.status() == -SIGKILL)
            // A client asks again until its call is out of time: no need to wait for that.
            await client.close()
            await asking
            server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
        }
        let seen = try await following.value
        let kept = try await Self.read(
            try await follower.streamUsage(StreamUsageRequest(history: true, noFollow: true)), until: "")
        var tally = UsageTally()
        for record in seen { tally.note(record) }
        print(
            "usage over kill -9: \(Self.cycles) kills, \(tally.events) events, \(tally.gaps) gaps,",
            "\(tally.holes) unexplained holes, \(tally.repeats) repeats")
        #expect(tally.holes == 0 && tally.repeats == 0)
        #expect(tally.events > 100)
        #expect(tally.gaps <= Self.cycles)
        // Whoever comes later finds the same.
        let events = kept.filter { if case .event = $0.kind { true } else { false } }
        #expect(events == seen.filter { if case .event = $0.kind { true } else { false } })
        await follower.close()
        #expect(await server.stop() == 0)
    }

    private static func read(_ stream: UsageStream, until path: String) async throws -> [UsageRecord] {
        var records: [UsageRecord] = []
        for try await record in stream {
            records.append(record)
            if case .event(let event) = record.kind, event.path == path { break }
        }
        return records
    }

    /// Asks 300 times, then goes on until the server, which is killed meanwhile, is gone and the client is closed.
    private static func ask(_ client: KeyClient, _ secret: String, _ cycle: Int, killing program: Program) async {
        do {
            for number in 0... {
                _ = try await client.validate(ValidateRequest(secret: secret, path: "/\(cycle)/\(number)"))
                if number == 300 { program.signal(SIGKILL) }
            }
        } catch {
            // It was killed under this call.
        }
    }
}
