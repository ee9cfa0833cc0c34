// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import Testing

/// A way that somebody might get more rights than he has: what he has, what somebody else has, and what he tries.
struct WayUp: Sendable, CustomTestStringConvertible {
    let title: String
    let climber: Held
    let other: Held
    /// What is to be refused, by the ids of the climber and of the other.
    let call: @Sendable (_ own: String, _ other: String) -> Call
    let reason: Reason

    var testDescription: String { title }

    init(
        _ title: String, _ climber: Held, other: Held = Held("keys:read"), told reason: Reason,
        _ call: @escaping @Sendable (_ own: String, _ other: String) -> Call
    ) {
        (self.title, self.climber, self.other, self.call, self.reason) = (title, climber, other, call, reason)
    }

    /// What a caller is made with.
    struct Held: Sendable {
        let grants: [String]
        var ips: [String] = []
        var expiry: Expiry?
        var isDisabled = false

        init(_ grants: String..., ips: [String] = [], expiry: Expiry? = nil, isDisabled: Bool = false) {
            (self.grants, self.ips, self.expiry, self.isDisabled) = (grants, ips, expiry, isDisabled)
        }

        static let everything = Held("*:*", "callers:*")
        /// Everything, for a day.
        static let everythingToday = Held("*:*", "callers:*", expiry: .lifetime(.days(1)))
        /// Everything, from an office.
        static let everythingHere = Held("*:*", "callers:*", ips: ["10.0.0.0/8"])
        /// The callers, and the keys of one account.
        static let narrowed = Held("acme/keys:*", "callers:*")
    }
}

extension WayUp {
    private static func make(_ grants: String..., ips: [String] = [], expiry: Expiry? = nil) -> Call {
        .createKey(.caller(grants, ips: ips, expiry: expiry))
    }

    private static func grants(_ texts: String...) -> [Grant] { texts.map(Grant.init) }

    static let all = creating + changing + reaching + malformed

    private static let creating: [WayUp] = [
        WayUp("a caller with another resource", Held("keys:*", "callers:*"), told: .rightsExceeded) { _, _ in
            make("usage:read")
        },
        WayUp("a caller with another action", Held("keys:read", "callers:*"), told: .rightsExceeded) { _, _ in
            make("keys:read,delete")
        },
        WayUp(
            "a caller with *, by one who has all that it stands for but one",
            Held("keys:*", "validation:*", "usage:*", "accounts:*", "audit:*", "callers:*"), told: .rightsExceeded
        ) { _, _ in make("*:read") },
        WayUp(
            "a caller who may delete callers, by one who may only make them", Held("callers:create"),
            told: .rightsExceeded
        ) { _, _ in make("callers:create,delete") },
        WayUp("a caller, by one with * alone", Held("*:*"), told: .rightMissing) { _, _ in make("keys:read") },
        WayUp("an un-narrowed caller, by a narrowed one", .narrowed, told: .rightsExceeded) { _, _ in
            make("keys:read")
        },
        WayUp(
            "an un-narrowed caller, by one who is narrowed to every account that there is",
            Held("acme/keys:*", "latch/keys:*", "callers:*"), told: .rightsExceeded
        ) { _, _ in make("keys:read") },
        WayUp("a caller for another account", .narrowed, told: .rightsExceeded) { _, _ in make("other/keys:read") },
        WayUp("a caller for the account whose name is the beginning of his", .narrowed, told: .rightsExceeded) { _, _ in
            make("acm/keys:read")
        },
        WayUp("a caller for more of his account", .narrowed, told: .rightsExceeded) { _, _ in make("acme/*:read") },
        WayUp("a caller for the store, by one with ACCOUNT/*", Held("acme/*:*", "callers:*"), told: .rightsExceeded) {
            _, _ in make("store:create")
        },
        WayUp("a caller from anywhere, by one from an office", .everythingHere, told: .rightsExceeded) { _, _ in
            make("keys:read")
        },
        WayUp("a caller from a wider office", .everythingHere, told: .rightsExceeded) { _, _ in
            make("keys:read", ips: ["10.0.0.0/7"])
        },
        WayUp("a caller from another office besides", .everythingHere, told: .rightsExceeded) { _, _ in
            make("keys:read", ips: ["10.1.0.0/16", "192.0.2.0/24"])
        },
        WayUp("a caller who lasts, by one who does not", .everythingToday, told: .rightsExceeded) { _, _ in
            make("keys:read", expiry: .never)
        },
        WayUp("a caller who lasts by default", .everythingToday, told: .rightsExceeded) { _, _ in make("keys:read") },
        WayUp("a caller who lasts longer", .everythingToday, told: .rightsExceeded) { _, _ in
            make("keys:read", expiry: .lifetime(.days(2)))
        },
    ]

    private static let changing: [WayUp] = [
        WayUp("re-keying one who has more", Held("keys:*", "callers:*"), other: .everything, told: .rightsExceeded) {
            .rekeyKey(RekeyKeyRequest(keyID: $1))
        },
        WayUp("re-keying one who may come from anywhere", .everythingHere, told: .rightsExceeded) {
            .rekeyKey(RekeyKeyRequest(keyID: $1))
        },
        WayUp("re-keying one who lasts longer", .everythingToday, told: .rightsExceeded) {
            .rekeyKey(RekeyKeyRequest(keyID: $1))
        },
        WayUp("re-keying one of another account", .narrowed, other: Held("other/keys:read"), told: .rightsExceeded) {
            .rekeyKey(RekeyKeyRequest(keyID: $1))
        },
        WayUp("giving himself more", .narrowed, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, grants: grants("*:*", "callers:*")))
        },
        WayUp("un-narrowing himself", .narrowed, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, grants: grants("keys:*", "callers:*")))
        },
        WayUp("giving another more than he has himself", Held("keys:read", "callers:*"), told: .rightsExceeded) {
            .updateKey(UpdateKeyRequest(keyID: $1, grants: grants("keys:*")))
        },
        WayUp(
            "moving another to an account that is not his", .narrowed, other: Held("acme/keys:read"),
            told: .rightsExceeded
        ) {
            .updateKey(UpdateKeyRequest(keyID: $1, grants: grants("other/keys:read")))
        },
        WayUp(
            "enabling one who has more", Held("keys:*", "callers:*"),
            other: Held("*:*", "callers:*", isDisabled: true), told: .rightsExceeded
        ) { .updateKey(UpdateKeyRequest(keyID: $1, enabled: true)) },
        WayUp(
            "extending one who has more", Held("keys:*", "callers:*"),
            other: Held("*:*", "callers:*", expiry: .lifetime(.hours(1))), told: .rightsExceeded
        ) { .updateKey(UpdateKeyRequest(keyID: $1, expiry: .lifetime(.days(9)))) },
        WayUp(
            "taking the addresses of one who has more", Held("keys:*", "callers:*"),
            other: Held("*:*", ips: ["10.0.0.0/8"]), told: .rightsExceeded
        ) { .updateKey(UpdateKeyRequest(keyID: $1, allowedIPs: [])) },
        WayUp(
            "taking one who has more down to what he has", Held("keys:*", "callers:*"), other: Held("*:*"),
            told: .rightsExceeded
        ) { .updateKey(UpdateKeyRequest(keyID: $1, grants: grants("keys:read"))) },
        WayUp("renaming one who has more", Held("keys:*", "callers:*"), other: Held("*:*"), told: .rightsExceeded) {
            .updateKey(UpdateKeyRequest(keyID: $1, name: "mine"))
        },
        WayUp("disabling one who has more", Held("keys:*", "callers:*"), other: Held("*:*"), told: .rightsExceeded) {
            .updateKey(UpdateKeyRequest(keyID: $1, enabled: false))
        },
        WayUp("taking away his own addresses", .everythingHere, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, allowedIPs: []))
        },
        WayUp("widening his own addresses", .everythingHere, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, allowedIPs: ["10.0.0.0/7"]))
        },
        WayUp("adding to his own addresses", .everythingHere, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, allowedIPs: ["10.0.0.0/8", "::/0"]))
        },
        WayUp("extending himself", .everythingToday, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, expiry: .lifetime(.days(2))))
        },
        WayUp("making himself last", .everythingToday, told: .rightsExceeded) { own, _ in
            .updateKey(UpdateKeyRequest(keyID: own, expiry: .never))
        },
        WayUp(
            "extending another beyond his own end", .everythingToday,
            other: Held("keys:read", expiry: .lifetime(.hours(1))), told: .rightsExceeded
        ) { .updateKey(UpdateKeyRequest(keyID: $1, expiry: .lifetime(.days(2)))) },
    ]

    private static let reaching: [WayUp] = [
        WayUp("re-keying a caller with a right to keys alone", Held("*:*"), told: .keyNotFound) {
            .rekeyKey(RekeyKeyRequest(keyID: $1))
        },
        WayUp("changing a caller with a right to keys alone", Held("*:*"), told: .keyNotFound) {
            .updateKey(UpdateKeyRequest(keyID: $1, enabled: true))
        },
        WayUp("revoking a caller with a right to keys alone", Held("*:*"), told: .keyNotFound) {
            .revokeKey(RevokeKeyRequest(keyID: $1))
        },
        WayUp("ending a caller's old secrets with a right to keys alone", Held("*:*"), told: .keyNotFound) {
            .retireSecrets(RetireSecretsRequest(keyID: $1))
        },
        WayUp("reading a caller with a right to keys alone", Held("*:*"), told: .keyNotFound) {
            .getKey(GetKeyRequest(keyID: $1))
        },
        WayUp("listing the callers with a right to keys alone", Held("*:*"), told: .accountNotFound) { _, _ in
            .listKeys(ListKeysRequest(accountID: "latchkey"))
        },
        WayUp("reading the callers' account with a right to accounts alone", Held("*:*"), told: .accountNotFound) {
            _, _ in
            .getAccount(GetAccountRequest(accountID: "latchkey"))
        },
        WayUp("changing a caller with a right to read them", Held("*:*", "callers:read"), told: .keyNotFound) {
            .updateKey(UpdateKeyRequest(keyID: $1, name: "mine"))
        },
        WayUp("revoking a caller with a right to change them", Held("callers:create,read,update"), told: .rightMissing)
        {
            .revokeKey(RevokeKeyRequest(keyID: $1))
        },
        WayUp("a key, with a right to callers alone", Held("callers:*"), told: .rightMissing) { _, _ in
            .createKey(CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
        },
        WayUp("a key for another account", Held("acme/*:*"), told: .rightMissing) { _, _ in
            .createKey(CreateKeyRequest(accountID: "other", userID: "u-1", name: "k", unrestricted: true))
        },
        WayUp("a snapshot with everything of an account", Held("acme/*:*"), told: .rightMissing) { _, _ in .snapshot },
        WayUp("an import of nothing, without a right to keys", Held("usage:read"), told: .rightMissing) { _, _ in
            .importKeys(ImportKeysRequest(keys: []))
        },
        WayUp("an import for another account among his own", Held("acme/*:*"), told: .rightMissing) { _, _ in
            .importKeys(
                ImportKeysRequest(
                    keys: ["acme", "other"].map {
                        ImportedKey(
                            tokenSHA256: [UInt8](repeating: 7, count: 32), accountID: $0, userID: "u-1", name: "k",
                            unrestricted: true)
                    }))
        },
        WayUp("settings of the callers' account", .everything, told: .invalidField) { _, _ in
            .updateAccount(UpdateAccountRequest(accountID: "latchkey", maxActiveKeys: 1))
        },
        WayUp("revoking all callers", .everything, told: .invalidField) { _, _ in
            .revokeAllKeys(RevokeAllKeysRequest(accountID: "latchkey", expectedCount: 3))
        },
    ]

    /// What no caller can be, whoever makes him.
    private static let malformed: [WayUp] =
        [
            "*/keys:read", "latchkey/keys:read", "a/b/keys:read", "../keys:read", "./keys:read", "/keys:read",
            "acme/:read", "acme//keys:read", "acme/callers:*", "acme/store:*", "Acme/keys:read", "аcme/keys:read",
            "acme\u{200B}/keys:read", "ａcme/keys:read", "acme /keys:read", "lаtchkey/keys:read", "acme/keys/*:read",
            "Keys:read", "кeys:read", "everything:read", "-acme/keys:read", "**:read",
            String(repeating: "a", count: 64) + "/keys:read",
        ].map { text in
            WayUp("a grant on \(text)", .everything, told: .invalidField) { _, _ in make(text) }
        } + [
            WayUp("a caller without grants", .everything, told: .invalidField) { _, _ in make() },
            WayUp("an unrestricted caller", .everything, told: .invalidField) { _, _ in
                .createKey(
                    CreateKeyRequest(accountID: "latchkey", userID: "u-1", name: "all", unrestricted: true))
            },
            WayUp("making himself unrestricted", .everything, told: .invalidField) { own, _ in
                .updateKey(UpdateKeyRequest(keyID: own, unrestricted: true))
            },
            WayUp("dropping his grants to be unrestricted", .everything, told: .invalidField) { own, _ in
                .updateKey(UpdateKeyRequest(keyID: own, grants: [], unrestricted: true))
            },
            WayUp("a caller with fields in a grant", .everything, told: .invalidField) { _, _ in
                .createKey(
                    CreateKeyRequest(
                        accountID: "latchkey", userID: "u-1", name: "f",
                        grants: [Grant(resource: "keys", actions: .all, fields: ["name"])]))
            },
            WayUp("a caller with a rate limit", .everything, told: .invalidField) { own, _ in
                .updateKey(UpdateKeyRequest(keyID: own, rateLimit: .set(RateLimit(requests: 1, perSeconds: 1))))
            },
            WayUp("a caller with an API version", .everything, told: .invalidField) { own, _ in
                .updateKey(UpdateKeyRequest(keyID: own, apiVersion: "2026-01-01"))
            },
        ]
}
