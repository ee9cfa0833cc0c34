// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import KeyTesting
import Testing

/// Random commands, checked after each against a count from scratch.
@Suite struct StoreStateModelTests {
    @Test(
        "R1, R2, R5, R6, R9: random commands keep every count and rule, and replay gives the same state",
        arguments: 1...20)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var commands = Commands()
        var keys: [StoredKey] = []
        var records: [StoredKey] = []
        var now = Commands.start
        var done = 0
        var active: [String: UInt64] = [:]
        for _ in 0..<400 {
            now = now.advanced(by: .seconds(Int64(random.next() % 1_800)))
            let account = "a\(random.next() % 3)"
            let before = commands.state.lastSequence
            let index = keys.isEmpty ? 0 : Int(random.next() % UInt64(keys.count))
            let choice = keys.isEmpty ? 0 : random.next() % 9
            let expiry: Expiry = .lifetime(.seconds(Int64(random.next() % 40_000) + 1))
            let result = Result { () throws -> StoredKey? in
                switch choice {
                case 0, 1: return try commands.create(account: account, expiry: expiry, at: now)
                case 2: return try commands.rekey(keys[index], overlap: .seconds(Int64(random.next() % 9_000)), at: now)
                case 3: return try commands.update(keys[index], enabled: random.next() % 2 == 0, at: now)
                case 4: return try commands.update(keys[index], expiry: expiry, at: now)
                case 5: return try commands.update(keys[index], name: "n\(random.next() % 4)", at: now)
                case 6: return random.next() % 3 == 0 ? try commands.revoke(keys[index], at: now) : nil
                case 7:
                    _ = try commands.retire(keys[index], at: now)
                    return commands.state.key(keys[index].id)?.key
                default:
                    try commands.setCap(UInt32(random.next() % 8), account: account, at: now)
                    return nil
                }
            }
            if case .success(let key?) = result {
                done += 1
                if choice < 2 { keys.append(key) } else { keys[index] = key }
                if commands.state.lastSequence != before { records.append(key) }
                #expect(key.revision <= commands.state.lastSequence)
            } else if case .failure = result {
                #expect(commands.state.lastSequence == before, "a refusal changed something; seed \(seed)")
            }
            check(&commands.state, keys, at: now, seed: seed)
            for number in 0..<3 {
                guard let account = try? commands.state.account("a\(number)", at: now) else { continue }
                let cap = UInt64(account.settings.maxActiveKeys)
                let grew = account.activeKeys > active[account.settings.id, default: 0]
                #expect(!grew || cap == 0 || account.activeKeys <= cap, "more keys than the cap; seed \(seed)")
                active[account.settings.id] = account.activeKeys
            }
        }
        #expect(done > 150)
        try replay(records, keys, at: now)
    }

    /// Everything that the state knows, counted from scratch.
    private func check(_ state: inout StoreState, _ keys: [StoredKey], at now: Timestamp, seed: UInt64) {
        for number in 0..<3 {
            guard let account = try? state.account("a\(number)", at: now) else { continue }
            let own = keys.filter { $0.accountID == account.settings.id }
            let active = own.count { $0.standing.status(at: now) == .active }
            #expect(account.totalKeys == UInt64(own.count), "seed \(seed)")
            #expect(account.activeKeys == UInt64(active), "seed \(seed)")
        }
        for key in keys {
            let shown = key.shown(at: now, useCount: 0, lastUseTime: nil)
            #expect(shown.secrets.count <= Limits.liveSecrets, "seed \(seed)")
            #expect(key.old.count <= Limits.keptOldSecrets, "seed \(seed)")
            #expect(key.old.map(\.secret.generation) == key.old.map(\.secret.generation).sorted(by: >), "seed \(seed)")
        }
    }

    /// The records that the commands left, read back once, then twice, then with older ones after newer ones.
    private func replay(_ records: [StoredKey], _ keys: [StoredKey], at now: Timestamp) throws {
        var state = StoreState()
        for record in records + records + records.reversed() {
            state.replay(PublishedKey(key: record), at: record.updateTime)
        }
        for key in keys {
            let read = try #require(state.key(key.id)?.key)
            #expect(read.revision == key.revision)
            #expect(read.standing == key.standing)
            #expect(read.name == key.name)
        }
        for number in 0..<3 {
            let active = keys.count { $0.accountID == "a\(number)" && $0.standing.status(at: now) == .active }
            if let account = try? state.account("a\(number)", at: now) { #expect(account.activeKeys == UInt64(active)) }
        }
    }
}
