// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyCrypto
import KeyJournal
import KeyModel
import KeyService
import KeyStore
import KeyTesting
import KeyUsage
import Synchronization

/// A service without a door, on a simulated disk, with a clock that the test moves.
final class Counter {
    let clock = ManualClock()
    let opened: OpenStore
    let service: KeyService
    let usage: UsageLog
    let digester: CountingDigester
    let lane: ValidateLane
    let context = CallContext(caller: "test", peer: "", deadline: nil, authority: .administrator)

    /// - Parameter failures: What callers and keys may do is asked here, wrong tokens and all; how often, elsewhere.
    init(failures: FailureMeters = FailureMeters(authorizations: nil, guesses: nil)) throws {
        opened = try OpenStore(path: "/data", storage: SimulatedStorage(), clock: clock, segmentBytes: 64 * 1024) { _ in
        }
        digester = CountingDigester(opened.digester)
        usage = try UsageLog(epoch: 7, laneCount: 1)
        service = KeyService(
            store: opened.store, snapshots: opened.snapshots, digester: digester, usage: usage, version: "test",
            failures: failures)
        lane = service.makeLane(0)
    }

    deinit {
        opened.stop()
    }

    func create(expiry: Expiry? = nil) async throws -> CreateKeyResponse {
        let request = CreateKeyRequest(
            accountID: "acme", userID: "u-1", name: "nightly", unrestricted: true, expiry: expiry)
        guard case .createKey(let made) = try await service.perform(.createKey(request), context) else {
            throw Refusal(.internal, .callUnknown, "no key")
        }
        return made
    }

    /// Takes over tokens of another system.
    func importKeys(_ tokens: [String]) async throws {
        let keys = tokens.map { token in
            ImportedKey(
                tokenSHA256: Array(token.utf8).withUnsafeBytes { sha256($0) }.bytes, accountID: "acme", userID: "u-1",
                name: "old", unrestricted: true)
        }
        _ = try await service.perform(.importKeys(ImportKeysRequest(keys: keys)), context)
    }

    /// Gives a key rules, past the store.
    func restrict(_ id: KeyID, _ rules: KeyRules, unrestricted: Bool = false) throws {
        guard let record = opened.store.index.find(id) else { throw Refusal.noSuchKey("\(id)") }
        var key = record.key
        (key.rules, key.unrestricted) = (rules, unrestricted)
        opened.store.index.publish(PublishedKey(key: key, counters: record.counters))
    }

    /// What a Validate answers, and whether it names a key.
    func validate(
        _ secret: String, path: String = "", resource: String = "", explain: Bool = false
    ) -> (answer: ValidateAnswer, keyID: KeyID?) {
        lane.enter()
        defer { lane.leave() }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return Array(secret.utf8).withUnsafeBytes { secret in
            Array(path.utf8).withUnsafeBytes { path in
                Array(resource.utf8).withUnsafeBytes { resource in
                    let question = ValidateQuestion(
                        secret: secret, clientIP: none, resource: resource, action: Action.read.rawValue,
                        httpMethod: none, path: path, explain: explain)
                    let (answer, key) = service.validate(question, at: service.now(), caller: none, on: lane)
                    return (answer, key?._withUnsafeGuaranteedRef { $0.key.id })
                }
            }
        }
    }
}

/// Counts the HMACs.
final class CountingDigester: SecretDigesting {
    private let base: SecretDigester
    private let count = Atomic<Int>(0)

    init(_ base: SecretDigester) {
        self.base = base
    }

    var digests: Int { count.load(ordering: .relaxed) }

    func digest(idAndSecret: UnsafeRawBufferPointer) -> Digest {
        count.wrappingAdd(1, ordering: .relaxed)
        return base.digest(idAndSecret: idAndSecret)
    }

    func digest(importedTokenHash hash: Digest) -> Digest {
        count.wrappingAdd(1, ordering: .relaxed)
        return base.digest(importedTokenHash: hash)
    }
}
