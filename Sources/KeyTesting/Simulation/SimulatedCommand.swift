// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyStore

/// One change to a store, drawn from a seed: what it asks of the store, and what it does to the reference model.
enum SimulatedCommand {
    case create(KeyID, account: String, secret: UInt64, lifetime: TimeSpan)
    case rename(KeyID, String)
    case enable(KeyID, Bool)
    case rekey(KeyID, secret: UInt64, overlap: TimeSpan)
    case revoke(KeyID)
    case setCap(String, UInt32)

    /// Whether it may use what is left of a full disk.
    var isSafety: Bool {
        switch self {
        case .revoke: true
        case .enable(_, let enabled): !enabled
        case .create, .rename, .rekey, .setCap: false
        }
    }

    /// Draws one for a store with these keys. `serial` is a number that was never drawn before.
    static func random(_ random: inout SplitMix64, _ keys: [KeyID], serial: UInt64) -> SimulatedCommand {
        guard let key = keys.randomElement(using: &random), keys.count < 24 || random.next() % 8 != 0 else {
            return create(&random, serial)
        }
        switch random.next() % 10 {
        case 0...3: return keys.count < 24 ? create(&random, serial) : .rename(key, "n\(serial)")
        case 4: return .rename(key, "n\(serial)")
        case 5: return .enable(key, random.next() % 2 == 0)
        case 6, 7: return .rekey(key, secret: serial, overlap: .seconds(Int64(random.next() % 3) * 3_600))
        case 8: return .revoke(key)
        default: return .setCap("a\(random.next() % 3)", UInt32(random.next() % 8) + 6)
        }
    }

    private static func create(_ random: inout SplitMix64, _ serial: UInt64) -> SimulatedCommand {
        let account = "a\(random.next() % 3)"
        return create(account, lifetime: .seconds(Int64(random.next() % 400_000) + 1), serial)
    }

    private static func create(_ account: String, lifetime: TimeSpan, _ serial: UInt64) -> SimulatedCommand {
        let digits = String(serial)
        let id = KeyID(String(repeating: "0", count: KeyID.length - digits.count) + digits)
        guard let id else { return .setCap("a0", 9) }
        return .create(id, account: account, secret: serial, lifetime: lifetime)
    }

    /// The same request with another id and secret, if it draws any: the store draws them anew each time.
    func redrawn(serial: UInt64) -> SimulatedCommand {
        switch self {
        case .create(_, let account, _, let lifetime): Self.create(account, lifetime: lifetime, serial)
        case .rekey(let id, _, let overlap): .rekey(id, secret: serial, overlap: overlap)
        case .rename, .enable, .revoke, .setCap: self
        }
    }

    /// Asks the store. A refusal changes nothing.
    func perform(on state: inout StoreState, at now: Timestamp) throws(Refusal) -> Changed {
        switch self {
        case .create(let id, let account, let secret, let lifetime):
            return .key(
                try state.createKey(
                    Self.createRequest(account, lifetime), id: id, Self.secret(secret), by: .administrator, at: now))
        case .rename(let id, let name):
            return .key(try state.updateKey(UpdateKeyRequest(keyID: "\(id)", name: name), by: .administrator, at: now))
        case .enable(let id, let enabled):
            return .key(
                try state.updateKey(UpdateKeyRequest(keyID: "\(id)", enabled: enabled), by: .administrator, at: now))
        case .rekey(let id, let secret, let overlap):
            let request = RekeyKeyRequest(keyID: "\(id)", overlap: overlap)
            return .key(try state.rekeyKey(request, Self.secret(secret), by: .administrator, at: now))
        case .revoke(let id):
            return .key(try state.revokeKey(RevokeKeyRequest(keyID: "\(id)"), at: now))
        case .setCap(let account, let cap):
            let request = UpdateAccountRequest(accountID: account, maxActiveKeys: cap)
            return .account(try state.updateAccount(request, at: now).account.settings)
        }
    }

    static func createRequest(_ account: String, _ lifetime: TimeSpan) -> CreateKeyRequest {
        CreateKeyRequest(accountID: account, userID: "u", name: "n", unrestricted: true, expiry: .lifetime(lifetime))
    }

    enum Changed {
        case key(PublishedKey)
        case account(AccountSettings)
    }

    private static func secret(_ number: UInt64) -> StoreState.NewSecret {
        .init(digest: Digest(words: (number, 0, 0, 0)), storeKeyVersion: 1, hint: hint(number))
    }

    private static func hint(_ number: UInt64) -> String { "lk_0...\(number)" }

    /// What it does when the store has let it through.
    func apply(to model: inout ReferenceModel, sequence: UInt64, at now: Timestamp) {
        model.time = now
        switch self {
        case .create(let id, let account, let secret, let lifetime):
            model.keys[id] = .init(
                account: account, name: "n", expireTime: now.advanced(by: lifetime), createTime: now,
                updateTime: now, hint: Self.hint(secret), secrets: [.init(number: secret, deadline: nil)],
                createSequence: sequence, revision: sequence)
            return
        case .setCap(let account, let cap):
            model.caps[account] = .init(maxActiveKeys: cap, revision: sequence)
            return
        case .rename(let id, _), .enable(let id, _), .rekey(let id, _, _), .revoke(let id):
            guard var key = model.keys[id] else { return }
            change(&key, at: now)
            key.revision = sequence
            key.updateTime = now
            model.keys[id] = key
        }
    }

    private func change(_ key: inout ReferenceModel.Key, at now: Timestamp) {
        switch self {
        case .create, .setCap: break
        case .rename(_, let name):
            key.name = name
            if !key.isEnabled { key.endOldSecrets(by: now) }
            if let expireTime = key.expireTime, expireTime <= now { key.endOldSecrets(by: expireTime) }
        case .enable(_, let enabled):
            key.isEnabled = enabled
            if !enabled { key.endOldSecrets(by: now) }
            if let expireTime = key.expireTime, expireTime <= now { key.endOldSecrets(by: expireTime) }
        case .rekey(_, let secret, let overlap):
            if overlap == .zero { key.endOldSecrets(by: now) }
            key.hint = Self.hint(secret)
            key.secrets[0].deadline = key.isEnabled ? now.advanced(by: overlap) : now
            key.secrets.insert(.init(number: secret, deadline: nil), at: 0)
            while key.secrets.count > Limits.keptOldSecrets + 1,
                let oldest = key.secrets.lastIndex(where: { $0.deadline.map { $0 <= now } ?? false })
            { key.secrets.remove(at: oldest) }
        case .revoke:
            key.revokeTime = now
            key.endOldSecrets(by: now)
        }
    }
}
