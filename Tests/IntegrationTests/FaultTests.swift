// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// What the program does when the system fails it, as injected by strace.
@Suite struct FaultTests {
    /// A call of the journal that fails, and how the message must name it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var call: String
        var error: String
        var words: [String]

        var testDescription: String { "\(error) from \(call)" }

        static let all = [
            Fault(
                call: "fdatasync", error: "EIO", words: ["sync", "/journal/0000000000000002.lkj", "Input/output error"]),
            Fault(
                call: "pwrite64", error: "EIO", words: ["write", "/journal/0000000000000002.lkj", "Input/output error"]),
            Fault(
                call: "pwrite64", error: "ENOSPC",
                words: ["write", "/journal/0000000000000002.lkj", "No space left on device"]),
        ]
    }

    /// How long the call takes before it fails: time for an acknowledgement that does not wait for it to come through.
    private static let heldMilliseconds = 30

    @Test(
        "R7, storage rule 3: after a failed write or sync nothing is acknowledged, the program ends at once and says why",
        arguments: Fault.all)
    func failure(fault: Fault) async throws {
        let directory = try TemporaryDirectory()
        let trace = directory.path("trace")
        // Strace counts each thread's calls apart, and only the journal's makes any on this file.
        let server = try await ServeProcess(
            data: directory.path("data"),
            under: [
                "/usr/bin/strace", "-f", "--seccomp-bpf", "-ttt", "-xx", "-o", trace, "-e", "trace=pwrite64,fdatasync",
                "-P", directory.path("data/journal/0000000000000002.lkj"),
                "-e",
                "inject=\(fault.call):error=\(fault.error):delay_enter=\(Self.heldMilliseconds * 1_000):when=100+",
            ])
        let clients = (0..<8).map { _ in
            KeyClient(
                .tcp(host: "127.0.0.1", port: server.port),
                configuration: ClientConfiguration(waitsForConnection: false, token: server.token))
        }
        _ = try await clients[0].updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        // More than enough: far fewer syncs than this many are let through.
        let request = CreateKeyRequest(accountID: "acme", userID: "u", name: "a", unrestricted: true)
        let ended = await Crowd.create(request, clients, atMost: 1_000)
        if ended.contains(where: { $0.refusal == nil }) { server.program.signal(SIGKILL) }
        #expect(await server.program.status() == 70)
        for client in clients { await client.close() }
        // Whoever waited for an answer was told that it is not known; whoever came later, that nobody is there.
        #expect(ended.allSatisfy { [.connectionLost, .connectionRefused].contains($0.refusal?.reason) })
        let keys = ended.flatMap(\.made)

        let failed = try InjectedFault(contentsOf: trace)
        #expect(failed.isMark || ended.contains { $0.refusal?.reason == .connectionLost })
        #expect(failed.count == 1, "it was tried again")
        #expect(failed.millisecondsToExit - Double(Self.heldMilliseconds) < 100)
        #expect(!keys.isEmpty)
        #expect(keys.allSatisfy { $0.revision < failed.firstSequence }, "what was not synced was acknowledged")
        let complaints = await server.program.written().errors.split(separator: "\n").filter { !$0.hasPrefix("{") }
        #expect(complaints.count == 1)
        for word in fault.words { #expect(complaints.first?.contains(word) == true) }

        let again = try await ServeProcess(data: directory.path("data"))
        let client = again.client()
        try await Crowd.expect(.valid, keys, from: client)
        await client.close()
        #expect(await again.stop() == 0)
    }

    @Test(
        "R5, storage rule 3: without space for a spare segment it starts and serves, refuses creates, not revocations"
    )
    func noSpareSegment() async throws {
        let directory = try TemporaryDirectory()
        let data = directory.path("data")
        func strace(_ file: String, _ more: [String]) -> [String] {
            ["/usr/bin/strace", "-f", "--seccomp-bpf", "-o", directory.path(file), "-e", "trace=fallocate"] + more
        }
        #expect(try await ServeProcess(data: data).stop() == 0)
        // How often a start of this store asks for space; the last time is for the spare segment.
        #expect(try await ServeProcess(data: data, under: strace("dry", [])).stop() == 0)
        let calls = try lines(directory.path("dry"), containing: "fallocate(").count
        #expect(calls >= 2)
        // As strace counts each thread's calls apart, the journal's thread still gets what it asks for first.
        let server = try await ServeProcess(
            data: data, under: strace("trace", ["-e", "inject=fallocate:error=ENOSPC:when=\(calls)+"]))
        let clients = (0..<4).map { _ in server.client() }
        _ = try await clients[0].updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        let keys = try await Crowd.fill(clients)
        await Crowd.expectDiskFull(clients[0])
        try await Crowd.revoke(Array(keys.prefix(200)), clients[0])
        try await Crowd.expect(.valid, Array(keys.suffix(200)), from: clients[0])
        await Crowd.expectDiskFull(clients[0])
        for client in clients { await client.close() }
        #expect(await server.stop() == 0)
        #expect(try lines(directory.path("trace"), containing: "(INJECTED)").count >= 2)
    }

    private func lines(_ path: String, containing text: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { $0.contains(text) }
    }
}
