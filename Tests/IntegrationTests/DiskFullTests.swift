// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

/// A disk without space is foreseen: what makes the store safer goes on.
@Suite struct DiskFullTests {
    @Test(
        "R5, R7, storage rule 3: a full disk refuses creates, takes 1,000 revocations, keeps them over kill -9, and heals"
    )
    func fullDisk() async throws {
        // Two segments of 8 MiB fit beside the filler, and no third.
        let disk = try await SmallDisk(mebibytes: 24)
        try disk.fill("filler", mebibytes: 7)
        let first = try await ServeProcess(data: disk.path("data"), under: disk.command)
        let token = disk.outside("data.admin-token")
        let clients = (0..<4).map { _ in first.client(tokenFile: token) }
        _ = try await clients[0].updateAccount(UpdateAccountRequest(accountID: "acme", maxActiveKeys: 0))
        let keys = try await Crowd.fill(clients)
        #expect(keys.count > 2_000)
        await Crowd.expectDiskFull(clients[0])
        let revoked = Array(keys.prefix(1_000))
        let rest = Array(keys.dropFirst(1_000))
        try await Crowd.revoke(revoked, clients[0])
        await Crowd.expectDiskFull(clients[0])
        for client in clients { await client.close() }
        await first.kill()

        let second = try await ServeProcess(data: disk.path("data"), under: disk.command)
        let client = second.client(tokenFile: token)
        try await Crowd.expect(.revoked, revoked, from: client)
        try await Crowd.expect(.valid, rest, from: client)
        await Crowd.expectDiskFull(client)
        try await Crowd.revoke(Array(rest.prefix(10)), client)

        try disk.remove("filler")
        let made = try await firstKey(client)
        #expect(try await client.verdict(made.secret) == .valid)
        await client.close()
        #expect(await second.stop() == 0)
    }

    /// Asks again and again until there is space, for 10 seconds: the service looks for it every half second.
    private func firstKey(_ client: KeyClient) async throws -> CreateKeyResponse {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do {
                return try await client.makeKey()
            } catch let refusal as Refusal where refusal.reason == .diskFull && ContinuousClock.now < end {}
        }
    }
}
