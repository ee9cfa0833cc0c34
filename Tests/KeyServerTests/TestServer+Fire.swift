// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyCrypto
import KeyModel
import KeyTesting

/// What the tests need that make thousands of calls.
extension TestServer {
    /// An account that may have as many keys as a test makes.
    func openAccount(_ id: String) async throws {
        let client = client()
        _ = try await client.updateAccount(UpdateAccountRequest(accountID: id, maxActiveKeys: 0))
        await client.close()
    }

    /// Makes so many keys, pipelined on one connection.
    func makeKeys(_ count: Int, account: String) async throws -> [RevocationFire.Target] {
        let client = client()
        let keys = try await withThrowingTaskGroup(of: [RevocationFire.Target].self) { group in
            for lane in 0..<32 {
                group.addTask {
                    var made: [RevocationFire.Target] = []
                    for number in stride(from: lane, to: count, by: 32) {
                        let key = try await client.makeKey(account: account, name: "key \(number)")
                        made.append(.init(id: "\(key.key.id)", token: key.secret))
                    }
                    return made
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        await client.close()
        return keys
    }

    /// Takes over these tokens of another system, in this order.
    func importKeys(_ tokens: [String], account: String) async throws -> [RevocationFire.Target] {
        let client = client()
        var keys: [RevocationFire.Target] = []
        keys.reserveCapacity(tokens.count)
        for first in stride(from: 0, to: tokens.count, by: Limits.importedKeys) {
            let batch = tokens[first..<min(first + Limits.importedKeys, tokens.count)]
            let rows = batch.map { token in
                ImportedKey(
                    tokenSHA256: Array(token.utf8).withUnsafeBytes { sha256($0) }.bytes, accountID: account,
                    userID: "u-1", name: "old", unrestricted: true)
            }
            let results = try await client.importKeys(ImportKeysRequest(keys: rows)).results
            keys += zip(results, batch).map { .init(id: $0.keyID, token: $1) }
        }
        await client.close()
        return keys
    }
}
