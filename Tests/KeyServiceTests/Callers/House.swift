// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyStore
import KeyTesting

/// A service without a door, and who speaks to it.
final class House {
    let counter: Counter
    /// An administrator's, the first there is.
    let token: String
    /// His, from no address.
    let administrator: Voice
    let administratorID: String

    init(failures: FailureMeters = FailureMeters(authorizations: nil, guesses: nil)) async throws {
        counter = try Counter(failures: failures)
        var token = ""
        administratorID = try await counter.opened.store.makeAdministrator(name: "first", by: "test") { token = $0 }
        self.token = token
        administrator = Voice(counter, token: token)
    }

    var clock: ManualClock { counter.clock }
    var revision: UInt64 { counter.service.revision }

    func voice(_ token: String, from ip: String = "") -> Voice { Voice(counter, token: token, ip: ip) }

    /// Made by the administrator.
    func makeCaller(_ grants: String..., ips: [String] = [], expiry: Expiry? = nil) async throws -> CreateKeyResponse {
        try await administrator.create(.caller(grants, ips: ips, expiry: expiry))
    }

    /// A key of somebody's service.
    func makeKey(_ account: String) async throws -> CreateKeyResponse {
        try await administrator.create(
            CreateKeyRequest(accountID: account, userID: "u-1", name: "key", unrestricted: true))
    }
}
