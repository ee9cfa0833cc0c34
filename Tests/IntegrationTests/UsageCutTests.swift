// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// A subscriber that is cut off again and again, beside one that is not.
@Suite struct UsageCutTests {
    private static let cuts = 200
    private static let seed: UInt64 = 20_261_121

    @Test(
        "R17, B3: cut off at 200 random moments, with a kill -9 between, a subscriber sees every sequence once, in order, or an explicit gap"
    )
    func cut() async throws {
        let directory = try TemporaryDirectory()
        // Its end is the folder's.
        defer { withExtendedLifetime(directory) {} }
        let socket = directory.path("s")
        var server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
        let follower = KeyClient(.unix(path: socket))
        let secret = try await follower.makeKey().secret
        let steady = try await follower.streamUsage(StreamUsageRequest(history: true), resuming: true)
        let reading = Task { try await Self.read(steady) }
        var random = SplitMix64(seed: Self.seed)
        var seen = Seen()
        for phase in 0..<2 {
            let client = server.client()
            let asking = Task { await Self.ask(client, secret, phase) }
            for _ in 0..<Self.cuts / 2 { try await seen.read(follower, most: Int.random(in: 0...40, using: &random)) }
            if phase == 0 {
                let program = server.program
                program.signal(SIGKILL)
                #expect(await program.status() == -SIGKILL)
            }
            // A client asks again until its call is out of time: no need to wait for that.
            await client.close()
            await asking.value
            if phase == 0 {
                server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
                // It listens on the port first; this waits for the socket.
                _ = try await follower.call(.health)
            }
        }
        _ = try await follower.validate(ValidateRequest(secret: secret, path: "/end"))
        while seen.path != "/end" { try await seen.read(follower, most: 1_000) }
        let all = try await reading.value
        print(
            "usage over \(seen.cuts) cuts and a kill, seed \(Self.seed): \(seen.tally.events) events,",
            "\(seen.tally.gaps) gaps, \(seen.tally.holes) unexplained holes, \(seen.tally.repeats) repeats")
        #expect(seen.cuts >= Self.cuts)
        #expect(seen.tally.holes == 0 && seen.tally.repeats == 0)
        #expect(seen.tally.events > 1_000)
        #expect(seen.events == all)
        await follower.close()
        #expect(await server.stop() == 0)
    }

    /// What the one that is cut off has seen.
    private struct Seen {
        var tally = UsageTally()
        var events: [UInt64] = []
        var path = ""
        var cuts = 0
        private var last: UInt64 = 0

        /// Goes on behind what it has seen, for at most so many records; then the stream is cut.
        mutating func read(_ client: KeyClient, most count: Int) async throws {
            cuts += 1
            var left = count
            let stream = try await client.streamUsage(StreamUsageRequest(history: last == 0, afterSequence: last))
            for try await record in stream {
                tally.note(record)
                last = max(last, record.sequence)
                if case .event(let event) = record.kind {
                    events.append(record.sequence)
                    path = event.path
                    if path == "/end" { return }
                }
                left -= 1
                if left < 0 { return }
            }
        }
    }

    /// The sequences of all events up to the last.
    private static func read(_ stream: UsageStream) async throws -> [UInt64] {
        var events: [UInt64] = []
        for try await record in stream {
            guard case .event(let event) = record.kind else { continue }
            events.append(record.sequence)
            if event.path == "/end" { break }
        }
        return events
    }

    /// Asks until the server is gone or the client is closed.
    private static func ask(_ client: KeyClient, _ secret: String, _ phase: Int) async {
        do {
            for number in 0... {
                _ = try await client.validate(ValidateRequest(secret: secret, path: "/\(phase)/\(number)"))
            }
        } catch {
            // It was killed under this call, or has asked enough.
        }
    }
}
