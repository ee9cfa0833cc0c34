// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import KeyModel
internal import Synchronization

/// Makes the keys of a measurement, many at once.
struct BenchKeys {
    /// Each has as many calls in flight as a connection may.
    let clients: [KeyClient]
    let count: Int
    let accounts: Int

    /// Their tokens, in no particular order.
    func make() async throws -> BenchTokens {
        for number in 1...min(accounts, count) {
            _ = try await clients[0].updateAccount(UpdateAccountRequest(accountID: account(number), maxActiveKeys: 0))
        }
        let next = Counter()
        let progress = Progress(doing: "making keys", total: count)
        defer { progress.end() }
        return try await withThrowingTaskGroup(of: BenchTokens.self) { group in
            for worker in 0..<min(clients.count * Limits.callsInFlightPerConnection, count) {
                let client = clients[worker % clients.count]
                group.addTask { try await makeSome(on: client, next: next, progress: progress) }
            }
            var tokens = BenchTokens()
            for try await some in group { tokens.append(some) }
            return tokens
        }
    }

    /// One worker: one call after the other, until the numbers run out.
    private func makeSome(on client: KeyClient, next: Counter, progress: Progress) async throws -> BenchTokens {
        var tokens = BenchTokens()
        while true {
            let number = next.next()
            guard number < count else { return tokens }
            let request = CreateKeyRequest(
                accountID: account(number % accounts + 1), userID: "bench", name: "bench \(number)",
                unrestricted: true, expiry: .lifetime(.days(1)))
            tokens.append(try await client.createKey(request).secret)
            progress.step()
        }
    }

    private func account(_ number: Int) -> String { "bench-\(number)" }
}

/// 0, 1, 2, … for any number of tasks.
private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
