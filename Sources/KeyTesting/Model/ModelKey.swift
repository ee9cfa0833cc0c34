// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A key as the reference model keeps it.
struct ModelKey {
    struct Secret {
        var generation: UInt32
        var body: Body
        var createTime: Timestamp
        /// It works strictly before; `nil` = it is the current one.
        var deadline: Timestamp?
    }

    enum Body: Equatable {
        /// Id and secret of a token of this service.
        case own(String)
        /// The SHA-256 of another system's.
        case foreign([UInt8])
    }

    struct Pin: Equatable {
        var version: String
        var changeTime: Timestamp
        var downgradeDeadline: Timestamp?
    }

    let id: KeyID
    let account: String
    var user: String
    var name: String
    var description: String
    var hint: String
    var isEnabled = true
    var expireTime: Timestamp?
    var revokeTime: Timestamp?
    var blocks: [ModelBlock]
    var grants: [Grant]
    var isUnrestricted: Bool
    var rateLimit: RateLimit?
    /// Begins anew with each start, and with each change of the limit.
    var bucket = ModelBucket()
    var pin: Pin?
    let createTime: Timestamp
    var updateTime: Timestamp
    /// Newest first: the current one, then those whose digests are kept.
    var secrets: [Secret]
    var revision: UInt64 = 0
    var useCount: UInt64 = 0
    var lastUseTime: Timestamp?

    func status(at now: Timestamp) -> KeyStatus {
        if revokeTime != nil { return .revoked }
        if !isEnabled { return .disabled }
        if let expireTime, now >= expireTime { return .expired }
        return .active
    }

    /// R9: an old secret ends for good with its key, whatever becomes of the key.
    mutating func endOldSecrets(_ time: Timestamp) {
        for index in secrets.indices.dropFirst() {
            if let deadline = secrets[index].deadline, deadline > time { secrets[index].deadline = time }
        }
    }

    /// What time alone does.
    mutating func pass(to now: Timestamp) {
        if let expireTime, expireTime <= now { endOldSecrets(expireTime) }
    }

    /// When an old secret will have ended, as far as is known now.
    func end(of secret: Secret) -> Timestamp? {
        secret.deadline.map { deadline in expireTime.map { $0 < deadline ? $0 : deadline } ?? deadline }
    }

    func isLive(_ secret: Secret, at now: Timestamp) -> Bool { end(of: secret).map { now < $0 } ?? true }

    /// Whether everything that an update can change is as it is in another one.
    func says(asMuchAs other: ModelKey) -> Bool {
        name == other.name && description == other.description && user == other.user && isEnabled == other.isEnabled
            && expireTime == other.expireTime && blocks == other.blocks && grants == other.grants
            && isUnrestricted == other.isUnrestricted && rateLimit == other.rateLimit && pin == other.pin
    }

    /// R15: as every read shows it.
    func shown(at now: Timestamp) -> Key {
        let status = status(at: now)
        let showsSecrets = status == .active || status == .disabled
        let live = showsSecrets ? secrets.filter { isLive($0, at: now) } : []
        return Key(
            id: id, accountID: account, userID: user, name: name, description: description, hint: hint, status: status,
            standing: KeyStanding(enabled: isEnabled, expireTime: expireTime, revokeTime: revokeTime),
            allowedIPs: blocks.map(\.text), grants: grants, unrestricted: isUnrestricted, rateLimit: rateLimit,
            versionPin: shownPin, createTime: createTime, updateTime: updateTime, lastUseTime: lastUseTime,
            useCount: useCount,
            secrets: live.map {
                SecretGeneration(generation: $0.generation, createTime: $0.createTime, deadline: end(of: $0))
            }, revision: revision)
    }

    private var shownPin: VersionPin? {
        guard let pin, let number = UInt32(pin.version.filter { $0 != "-" }), let date = CalendarDate(number: number)
        else { return nil }
        return VersionPin(version: date, changeTime: pin.changeTime, downgradeDeadline: pin.downgradeDeadline)
    }
}
