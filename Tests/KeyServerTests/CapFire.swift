// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Synchronization

/// Many connections that want more active keys of one account than it may have, in every way there is to get one, and
/// that give one up when they are refused.
///
/// A round begins when every key has expired. What was active when is found afterwards: each change's reply has a
/// revision, and in their order they say how many keys were active after each.
final class CapFire: Sendable {
    /// A way to have one more active key.
    enum Wish: CaseIterable {
        case create
        case enable
        case extend
    }

    struct Outcome: Sendable {
        var mostActive = 0
        var activeAtRoundEnds: [Int] = []
        /// The most keys that a list of the active ones held.
        var listedAtOnce = 0
        var refusals = 0
        var granted: [Wish: Int] = [:]
        var tokens: [String] = []
        var faults: [String] = []
    }

    private struct State {
        var outcome = Outcome()
        var changes: [(revision: UInt64, isActive: Bool)] = []
        var active: [String] = []
        var disabled: [String] = []
        var expired: [String] = []
        var isRoundOver = false
    }

    private static let lifetime = TimeSpan.hours(1)
    /// Of each connection in a round.
    private static let wishes = 12

    private let clock: ManualClock
    private let account: String
    private let cap: Int
    private let clients: [KeyClient]
    private let watcher: KeyClient
    private let state = Mutex(State())

    init(_ server: TestServer, _ clock: ManualClock, account: String, cap: Int, connections: Int) {
        (self.clock, self.account, self.cap) = (clock, account, cap)
        clients = (0..<connections).map { _ in server.client() }
        watcher = server.client()
    }

    func run(rounds: Int) async throws -> Outcome {
        _ = try await watcher.updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: UInt32(cap)))
        for _ in 0..<cap { try await fulfil(.create, watcher) }
        for _ in 0..<rounds { try await round() }
        for client in clients + [watcher] { await client.close() }
        return state.withLock { $0.outcome }
    }

    private func round() async throws {
        clock.advance(by: Self.lifetime)
        state.withLock { state in
            state.expired += state.active
            (state.active, state.disabled, state.changes, state.isRoundOver) = ([], [], [], false)
        }
        // So that there are some to enable.
        for _ in 0..<cap {
            try await fulfil(.create, watcher)
            try await giveUp(watcher, revoking: false)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.watch() }
            try await fire()
            state.withLock { $0.isRoundOver = true }
            try await group.waitForAll()
        }
        let listed = try await list()
        state.withLock { state in
            var active = 0
            for change in state.changes.sorted(by: { $0.revision < $1.revision }) {
                active += change.isActive ? 1 : -1
                state.outcome.mostActive = max(state.outcome.mostActive, active)
            }
            state.outcome.activeAtRoundEnds.append(active)
            if listed != active { state.outcome.faults.append("\(listed) listed, \(active) active") }
        }
    }

    /// All connections at once; at the end each wants more and gives nothing up.
    private func fire() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (lane, client) in clients.enumerated() {
                group.addTask {
                    for number in lane..<lane + Self.wishes {
                        let wish = Wish.allCases[number % Wish.allCases.count]
                        if try await !self.fulfil(wish, client) {
                            try await self.giveUp(client, revoking: number.isMultiple(of: 4))
                        }
                    }
                    for _ in 0..<(2 * self.cap / self.clients.count) { try await self.fulfil(.create, client) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Whether there was a place.
    @discardableResult
    private func fulfil(_ wish: Wish, _ client: KeyClient) async throws -> Bool {
        var id: String?
        do throws(Refusal) {
            let revision: UInt64
            switch wish {
            case .create:
                let made = try await client.createKey(
                    CreateKeyRequest(
                        accountID: account, userID: "u-1", name: "key", unrestricted: true,
                        expiry: .lifetime(Self.lifetime)))
                (id, revision) = ("\(made.key.id)", made.revision)
                state.withLock { $0.outcome.tokens.append(made.secret) }
            case .enable:
                id = state.withLock { $0.disabled.popLast() }
                guard let id else { return false }
                revision = try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: true)).revision
            case .extend:
                id = state.withLock { $0.expired.popLast() }
                guard let id else { return false }
                revision = try await client.updateKey(
                    UpdateKeyRequest(keyID: id, expiry: .lifetime(Self.lifetime))
                ).revision
            }
            state.withLock { state in
                state.outcome.granted[wish, default: 0] += 1
                state.changes.append((revision, true))
                if let id { state.active.append(id) }
            }
            return true
        } catch {
            state.withLock { state in
                switch wish {
                case .create: break
                case .enable: state.disabled += id.map { [$0] } ?? []
                case .extend: state.expired += id.map { [$0] } ?? []
                }
                state.outcome.refusals += 1
                if error.reason != .activeKeyLimit { state.outcome.faults.append("\(wish): \(error)") }
            }
            return false
        }
    }

    private func giveUp(_ client: KeyClient, revoking: Bool) async throws {
        guard let id = state.withLock({ $0.active.popLast() }) else { return }
        let revision =
            if revoking {
                try await client.revokeKey(RevokeKeyRequest(keyID: id)).revision
            } else {
                try await client.updateKey(UpdateKeyRequest(keyID: id, enabled: false)).revision
            }
        state.withLock { state in
            state.changes.append((revision, false))
            if !revoking { state.disabled.append(id) }
        }
    }

    /// Lists the active keys all the time.
    private func watch() async throws {
        while !state.withLock({ $0.isRoundOver }) {
            let listed = try await list()
            state.withLock { $0.outcome.listedAtOnce = max($0.outcome.listedAtOnce, listed) }
        }
    }

    private func list() async throws -> Int {
        try await watcher.listKeys(ListKeysRequest(accountID: account, limit: UInt32(Limits.longestPage))).keys.count
    }
}
