// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyJournal
import KeyModel
import KeyStore
import KeyTesting
import Testing

@Suite struct SnapshotCallTests {
    @Test("storage rule 7: Snapshot writes one over a socket, and a start begins with it")
    func snapshot() async throws {
        let directory = try TemporaryDirectory()
        let server = try await TestServer(path: directory.path("data"))
        let client = server.client()
        let made = try await client.makeKey()
        let revoked = try await client.makeKey()
        _ = try await client.revokeKey(RevokeKeyRequest(keyID: "\(revoked.key.id)"))
        let written = try await client.snapshot()
        // The administrator, two keys, a revocation.
        #expect(written.revision == 4)
        #expect(written.sizeBytes > 0)
        await client.close()
        await server.stop()

        let again = try await TestServer(path: directory.path("data"))
        #expect(again.opened.report.snapshot?.beginSequence == 4)
        #expect(again.opened.report.snapshot?.fileBytes == written.sizeBytes)
        let second = again.client()
        #expect(try await second.verdict(made.secret) == .valid)
        #expect(try await second.verdict(revoked.secret) == .revoked)
        await second.close()
        await again.stop()
    }

    @Test("storage rule 3: on a disk without space Snapshot is refused with DISK_FULL, and mutations go on")
    func fullDisk() async throws {
        let storage = SimulatedStorage()
        let server = try await TestServer(path: "/data", storage: storage)
        let client = server.client()
        storage.capacity = storage.usedBytes + 1_000_000
        let refused = await #expect(throws: Refusal.self) { try await client.snapshot() }
        #expect(refused?.reason == .diskFull)
        #expect(refused?.code == .resourceExhausted)
        #expect(try await client.makeKey().key.revision == 2)
        await client.close()
        await server.stop()
    }
}
