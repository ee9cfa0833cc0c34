// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyServer
import KeyTesting
import KeyWire
import Testing

/// Those whom the caller table names, each on a connection of his own, about to ask.
struct CallerCast {
    let speakers: [String: Speaker]
    let administrator: Speaker
    /// A key of account acme that is never to change, and its token.
    let key: CreateKeyResponse
    /// One of account other.
    let other: CreateKeyResponse

    /// Makes them, has each make a call while he may, then ends those who are to be over.
    init(_ server: TestServer, _ clock: ManualClock, connect: (String) async throws -> Speaker) async throws {
        administrator = try await connect(server.token)
        key = try await administrator.make(
            CreateKeyRequest(accountID: "acme", userID: "u-1", name: "k", unrestricted: true))
        other = try await administrator.make(
            CreateKeyRequest(accountID: "other", userID: "u-1", name: "k", unrestricted: true))
        for name in ["acme", "other"] {
            _ = try await administrator.ask(.updateAccount(UpdateAccountRequest(accountID: name, maxActiveKeys: 0)))
                .get()
        }
        var speakers: [String: Speaker] = ["stranger": try await connect(""), "administrator": administrator]
        var made: [String: CreateKeyResponse] = [:]
        for name in CallerTable.callers where name != "stranger" && name != "administrator" {
            let caller = try await administrator.make(
                .caller(
                    CallerTable.grants[name] ?? ["*:*", "callers:*"], name: name,
                    expiry: name == "expired" ? .lifetime(.hours(1)) : nil))
            made[name] = caller
            let speaker = try await connect(caller.secret)
            #expect(try await speaker.whoAmI() == "\(caller.key.id)", "\(name)")
            if CallerTable.grants[name] == nil {
                #expect(try await speaker.refusal(.getAccount(GetAccountRequest(accountID: "acme"))) == nil, "\(name)")
            }
            speakers[name] = speaker
        }
        self.speakers = speakers
        try await end(made, clock)
    }

    private func end(_ made: [String: CreateKeyResponse], _ clock: ManualClock) async throws {
        func id(_ name: String) -> String { made[name].map { "\($0.key.id)" } ?? "" }
        let stream = speakers["revoked"]
        try await stream?.raw.send(
            .init(id: 9, timeoutMilliseconds: 0, content: .call(.streamUsage(StreamUsageRequest(history: true)))))
        // That the history is over says that it is open.
        while let frame = await stream?.raw.next() {
            if case .success(.streamUsage(let records)) = frame.result, records.contains(where: { $0.kind == .live }) {
                break
            }
        }
        let changes: [Call] = [
            .updateKey(UpdateKeyRequest(keyID: id("disabled"), enabled: false)),
            .revokeKey(RevokeKeyRequest(keyID: id("revoked"))),
            .rekeyKey(RekeyKeyRequest(keyID: id("superseded"), overlap: .hours(1))),
            .updateKey(UpdateKeyRequest(keyID: id("elsewhere"), allowedIPs: ["192.0.2.0/24"])),
        ]
        for change in changes { #expect(try await administrator.refusal(change) == nil) }
        // Of which no event comes any more.
        _ = try await administrator.ask(.validate(ValidateRequest(secret: key.secret))).get()
        let last = await stream?.raw.next()
        #expect(last?.id == 9 && last?.end == true)
        if case .failure(let refusal) = last?.result {
            #expect(refusal == .callerRequired)
        } else {
            Issue.record("\(last as Any)")
        }
        #expect(
            try await speakers["superseded"]?.refusal(.getAccount(GetAccountRequest(accountID: "acme"))) == nil,
            "within the overlap")
        clock.advance(by: .hours(2))
    }

    /// A call about account acme. One that would change a key or an account has one of its own where it is to succeed.
    func call(_ name: String, succeeds: Bool, _ serial: Int) async throws -> Call? {
        var id = "\(key.key.id)"
        var account = "acme"
        if succeeds, ["update_key", "rekey_key", "retire_secrets", "revoke_key", "revoke_all_keys"].contains(name) {
            if name == "revoke_all_keys" { account = "acme-\(serial)" }
            let own = CreateKeyRequest(accountID: account, userID: "u-1", name: "k", unrestricted: true)
            id = try await "\(administrator.make(own).key.id)"
        }
        return switch name {
        case "create_key":
            .createKey(CreateKeyRequest(accountID: account, userID: "u", name: "new", unrestricted: true))
        case "get_key": .getKey(GetKeyRequest(keyID: id))
        case "list_keys": .listKeys(ListKeysRequest(accountID: account))
        case "update_key": .updateKey(UpdateKeyRequest(keyID: id, name: "new"))
        case "rekey_key": .rekeyKey(RekeyKeyRequest(keyID: id))
        case "retire_secrets": .retireSecrets(RetireSecretsRequest(keyID: id))
        case "revoke_key": .revokeKey(RevokeKeyRequest(keyID: id))
        case "revoke_all_keys": .revokeAllKeys(RevokeAllKeysRequest(accountID: account, expectedCount: 1))
        case "validate": .validate(ValidateRequest(secret: key.secret))
        case "validate_batch":
            .validateBatch(
                ValidateBatchRequest(requests: [key.secret, other.secret].map { ValidateRequest(secret: $0) }))
        case "report_outcome":
            .reportOutcome(
                ReportOutcomeRequest(outcomes: [
                    ReportedOutcome(usageID: [UInt8](repeating: 7, count: 16), httpStatus: 200)
                ]))
        case "stream_usage": .streamUsage(StreamUsageRequest(history: true, noFollow: true))
        case "get_account": .getAccount(GetAccountRequest(accountID: account))
        case "update_account": .updateAccount(UpdateAccountRequest(accountID: account, maxActiveKeys: 0))
        case "list_accounts": .listAccounts(ListAccountsRequest(limit: 100))
        case "import_keys":
            .importKeys(
                ImportKeysRequest(keys: [
                    ImportedKey(
                        tokenSHA256: [UInt8](repeating: UInt8(serial & 255), count: 32), accountID: account,
                        userID: "u-1", name: "old", unrestricted: true)
                ]))
        case "who_am_i": .whoAmI
        case "health": .health
        case "snapshot": .snapshot
        default: nil
        }
    }
}

extension Speaker {
    func make(_ request: CreateKeyRequest) async throws -> CreateKeyResponse {
        guard case .createKey(let made) = try await ask(.createKey(request)).get() else { throw Refusal.callerRequired }
        return made
    }

    /// Whom the server takes it for.
    func whoAmI() async throws -> String {
        guard case .whoAmI(let reply) = try await ask(.whoAmI).get() else { return "" }
        return reply.caller
    }
}
