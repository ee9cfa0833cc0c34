// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// The usage log of a program whose disk is full, and which is killed meanwhile.
@Suite struct UsageFullDiskTests {
    @Test("R17, B3: over a full disk and kill -9 no sequence comes twice or goes back, and what is missing is said")
    func fullDisk() async throws {
        // What usage leaves free, and 24 MiB.
        let disk = try await SmallDisk(mebibytes: 56)
        let directory = try TemporaryDirectory()
        let socket = directory.path("s")
        func serve() async throws -> ServeProcess {
            try await ServeProcess(data: disk.path("data"), extra: ["--unix", socket], under: disk.command)
        }
        var server = try await serve()
        let follower = KeyClient(.unix(path: socket))
        let stream = try await follower.streamUsage(StreamUsageRequest(history: true), resuming: true)
        let following = Task { try await Self.read(stream, until: "/end") }
        var client = server.client(tokenFile: disk.outside("data.admin-token"))
        let secret = try await client.makeKey().secret
        try await Self.ask(client, secret, "/before")
        try disk.fill("filler", mebibytes: 20)
        try await Self.ask(client, secret, "/full")
        #expect(await server.program.line(containing: "usage events cannot be written") != nil)
        try await Self.ask(client, secret, "/full/2")
        await client.close()
        await server.kill()

        server = try await serve()
        client = server.client(tokenFile: disk.outside("data.admin-token"))
        try await Self.ask(client, secret, "/full/3")
        #expect(await server.program.line(containing: "usage events cannot be written") != nil)
        try disk.remove("filler")
        try await Self.askUntilWritten(client, secret, server.program)
        try await Self.ask(client, secret, "/after")
        await client.close()
        #expect(await server.stop() == 0)

        server = try await serve()
        client = server.client(tokenFile: disk.outside("data.admin-token"))
        try await Self.ask(client, secret, "/end")
        await client.close()
        let seen = try await following.value
        let kept = try await Self.read(
            try await follower.streamUsage(StreamUsageRequest(history: true, noFollow: true)), until: "")
        var paths: [UInt64: String] = [:]
        for records in [seen, kept] {
            var tally = UsageTally()
            for record in records {
                tally.note(record)
                guard case .event(let event) = record.kind else { continue }
                #expect(paths[record.sequence] ?? event.path == event.path)
                paths[record.sequence] = event.path
            }
            #expect(tally.holes == 0 && tally.repeats == 0)
            #expect(tally.gaps > 0)
            for path in ["/before", "/after", "/end"] { #expect(tally.paths.contains(path)) }
        }
        await follower.close()
        #expect(await server.stop() == 0)
    }

    private static func ask(_ client: KeyClient, _ secret: String, _ path: String) async throws {
        _ = try await client.validate(ValidateRequest(secret: secret, path: path))
    }

    /// The log tries again once a second, when something happens.
    private static func askUntilWritten(_ client: KeyClient, _ secret: String, _ program: Program) async throws {
        async let healed = program.line(containing: "usage events are written again")
        let asking = Task {
            var number = 0
            while !Task.isCancelled {
                number += 1
                try await ask(client, secret, "/healing/\(number)")
            }
        }
        #expect(await healed != nil)
        asking.cancel()
        _ = try? await asking.value
    }

    private static func read(_ stream: UsageStream, until path: String) async throws -> [UsageRecord] {
        var records: [UsageRecord] = []
        for try await record in stream {
            records.append(record)
            if case .event(let event) = record.kind, event.path == path { break }
        }
        return records
    }
}
