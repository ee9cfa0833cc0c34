// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

/// Calls made many at a time, as they must be for a test that needs thousands.
enum Crowd {
    /// How many tasks share a client's connection.
    private static let tasks = 32

    /// Makes keys with the largest records there are until the disk is full.
    static func fill(_ clients: [KeyClient]) async throws -> [CreateKeyResponse] {
        let request = CreateKeyRequest(
            accountID: "acme", userID: String(repeating: "u", count: Limits.userIDBytes),
            name: String(repeating: "\u{1F511}", count: Limits.nameCharacters),
            description: String(repeating: "\u{1F511}", count: Limits.descriptionCharacters), unrestricted: true)
        let ended = await create(request, Array(repeatElement(clients, count: tasks).joined()), atMost: 1_000)
        #expect(ended.allSatisfy { $0.refusal?.reason == .diskFull })
        return ended.flatMap(\.made)
    }

    /// Makes keys on all of the clients at once, on each until it is refused.
    static func create(
        _ request: CreateKeyRequest, _ clients: [KeyClient], atMost: Int
    ) async -> [(made: [CreateKeyResponse], refusal: Refusal?)] {
        await withTaskGroup(of: (made: [CreateKeyResponse], refusal: Refusal?).self) { group in
            for client in clients {
                group.addTask {
                    var made: [CreateKeyResponse] = []
                    do throws(Refusal) {
                        while made.count < atMost { made.append(try await client.createKey(request)) }
                        return (made, nil)
                    } catch {
                        return (made, error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Does something for each of them, so many at a time that a connection is never idle.
    static func each<Element: Sendable>(
        of elements: [Element], _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<min(tasks, elements.count) {
                group.addTask {
                    for index in stride(from: lane, to: elements.count, by: tasks) { try await body(elements[index]) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Every one of the keys must be answered with this verdict.
    static func expect(_ wanted: Verdict, _ keys: [CreateKeyResponse], from client: KeyClient) async throws {
        try await each(of: keys) { key in
            let verdict = try await client.verdict(key.secret)
            #expect(verdict == wanted, "key \(key.key.id)")
        }
    }

    /// Revokes every one of them, and asks about each at once.
    static func revoke(_ keys: [CreateKeyResponse], _ client: KeyClient) async throws {
        try await each(of: keys) { key in
            _ = try await client.revokeKey(RevokeKeyRequest(keyID: "\(key.key.id)"))
            let verdict = try await client.verdict(key.secret)
            #expect(verdict == .revoked, "key \(key.key.id)")
        }
    }

    /// A create must be refused for want of space.
    static func expectDiskFull(_ client: KeyClient) async {
        let refusal = await #expect(throws: Refusal.self) { _ = try await client.makeKey() }
        #expect(refusal?.code == .resourceExhausted)
        #expect(refusal?.reason == .diskFull)
    }
}
