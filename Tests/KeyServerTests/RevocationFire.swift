// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Synchronization

/// Revokes and disables keys over one connection, a wave at a time, while others ask about them.
///
/// Of every key is asked, over other connections than the one that ends it: before the change is sent, with the revision
/// at which the whole wave is in force, so that the question waits for it; and after the reply, for half of them
/// with its revision. Meanwhile all of the asking connections ask about any key of the wave as fast as they can.
final class RevocationFire: Sendable {
    struct Target: Sendable {
        var id: String
        var token: String
    }

    private struct State {
        /// By key: the revision that its change was acknowledged with; 0 = it was not yet.
        var revisions: [UInt64]
        var wave = 0..<0
        /// The store's revision when the wave is over.
        var waveRevision: UInt64 = 0
        var isOver = false
        /// VALID at a revision that was asked for before the change was acknowledged, which must have come after it.
        var early: [(number: Int, revision: UInt64)] = []
    }

    /// As many changes are in flight.
    private static let waveKeys = Limits.batchValidates

    private let server: TestServer
    private let targets: [Target]
    private let state: Mutex<State>

    init(_ server: TestServer, _ targets: [Target]) {
        (self.server, self.targets) = (server, targets)
        state = Mutex(State(revisions: [UInt64](repeating: 0, count: targets.count)))
    }

    /// The revisions that the changes were acknowledged with.
    var revisions: [UInt64] { state.withLock { $0.revisions } }

    /// Ends all of the keys, nothing else changing the store.
    func run(connections: Int) async throws -> RevocationTally {
        let manager = server.client()
        let askers = (0..<connections).map { _ in server.client() }
        let waiting = try await RawConnection(port: server.port, token: server.token)
        var tally = try await withThrowingTaskGroup(of: RevocationTally.self) { group in
            for (seed, asker) in askers.enumerated() {
                group.addTask { try await self.ask(asker, seed: UInt64(seed)) }
            }
            var tally = RevocationTally()
            for first in stride(from: 0, to: targets.count, by: Self.waveKeys) {
                let wave = first..<min(first + Self.waveKeys, targets.count)
                tally += try await end(wave, manager, askers, waiting)
            }
            state.withLock { $0.isOver = true }
            for try await part in group { tally += part }
            return tally
        }
        await waiting.close()
        for client in [manager] + askers { await client.close() }
        state.withLock { state in
            for early in state.early where early.revision >= state.revisions[early.number] {
                tally.faults.append("key \(early.number) VALID at \(early.revision), its own revision or later")
            }
        }
        return tally
    }

    /// Every other one is; the others are disabled.
    private func isRevoked(_ number: Int) -> Bool { number.isMultiple(of: 2) }

    /// What a key must be answered with once it is ended.
    private func wanted(_ number: Int) -> Verdict { isRevoked(number) ? .revoked : .disabled }

    private func end(
        _ wave: Range<Int>, _ manager: KeyClient, _ askers: [KeyClient], _ waiting: RawConnection
    ) async throws -> RevocationTally {
        let reached = try await manager.health().revision + UInt64(wave.count)
        var tally = RevocationTally()
        let questions = wave.map { ValidateRequest(secret: targets[$0].token) }
        let before = try await askers[0].validateBatch(ValidateBatchRequest(requests: questions)).responses
        tally.validBefore += before.count { $0.isValid }
        state.withLock { ($0.wave, $0.waveRevision) = (wave, reached) }
        // On their way before any change is.
        try await waiting.send(
            wave.map { number in
                let request = ValidateRequest(secret: targets[number].token, minRevision: reached)
                return ClientFrame(
                    id: UInt64(number + 1), timeoutMilliseconds: 120_000, content: .call(.validate(request)))
            })
        tally += try await withThrowingTaskGroup(of: RevocationTally.self) { group in
            for number in wave {
                group.addTask { try await self.end(number, manager, askers[number % askers.count]) }
            }
            return try await group.reduce(into: RevocationTally()) { $0 += $1 }
        }
        for _ in wave {
            guard let frame = await waiting.next(), case .success(.validate(let answer)) = frame.result else {
                tally.faults.append("no answer to what waits")
                break
            }
            let number = Int(frame.id) - 1
            if answer.verdict == wanted(number) { tally.waited += 1 } else { tally.fault(number, answer, "waited") }
        }
        return tally
    }

    /// Ends one key and asks about it at once.
    private func end(_ number: Int, _ manager: KeyClient, _ asker: KeyClient) async throws -> RevocationTally {
        let target = targets[number]
        let revision =
            if isRevoked(number) {
                try await manager.revokeKey(RevokeKeyRequest(keyID: target.id)).revision
            } else {
                try await manager.updateKey(UpdateKeyRequest(keyID: target.id, enabled: false)).revision
            }
        state.withLock { $0.revisions[number] = revision }
        var tally = RevocationTally()
        let minRevision = number / 2 % 2 == 0 ? revision : 0
        let answer = try await asker.validate(ValidateRequest(secret: target.token, minRevision: minRevision))
        if answer.verdict == wanted(number) { tally.after += 1 } else { tally.fault(number, answer, "after") }
        return tally
    }

    /// Asks about keys of the wave, some of which are ended and some not yet.
    private func ask(_ asker: KeyClient, seed: UInt64) async throws -> RevocationTally {
        var generator = SplitMix64(seed: seed)
        var tally = RevocationTally()
        while let question = next(&generator) {
            let number = question.number
            let answer = try await asker.validate(
                ValidateRequest(secret: targets[number].token, minRevision: question.minRevision))
            tally.between += 1
            if answer.isValid, !question.isEnded {
                tally.validBefore += 1
                state.withLock { $0.early.append((number, question.minRevision)) }
            } else if answer.verdict != wanted(number) {
                tally.fault(number, answer, "between")
            }
        }
        return tally
    }

    /// What is known before the question is sent: whether the key's change was acknowledged, and a revision to ask for:
    /// none, that of the change, or any that the wave will reach.
    private func next(_ generator: inout SplitMix64) -> (number: Int, isEnded: Bool, minRevision: UInt64)? {
        let (random, asksForRevision) = (
            Int(truncatingIfNeeded: generator.next() >> 32), Bool.random(using: &generator)
        )
        return state.withLock { state in
            if state.isOver { return nil }
            // Before the first wave there is none.
            let wave = state.wave.isEmpty ? 0..<1 : state.wave
            let number = wave.lowerBound + random % wave.count
            let revision = state.revisions[number]
            let guess = state.waveRevision - min(state.waveRevision, UInt64(random / wave.count % wave.count))
            return (number, revision > 0, asksForRevision ? (revision > 0 ? revision : guess) : 0)
        }
    }
}
