// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
package import KeyModel
internal import KeyWire

/// The calls: each decides in one turn of the actor, and is answered when what the turn saw is durable.
extension KeyStore {
    package nonisolated func createKey(
        _ request: CreateKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> CreateKeyResponse {
        let told = try await settled(await decideCreate(request, context))
        return CreateKeyResponse(key: try told.key(), secret: told.secret, revision: told.revision)
    }

    /// - Parameter known: A token that was drawn already; by default a new one.
    func decideCreate(
        _ request: CreateKeyRequest, _ context: CallContext, _ known: TokenIssuer.Issued? = nil
    ) -> Turn<Told> {
        mutate(request, context, needs: .reserve(request.ruleBytes)) { (state, now) throws(Refusal) in
            let prefix = state.settings(ofAccount: request.accountID).tokenPrefix
            var issued = if let known { known } else { try issue(prefix: prefix) }
            while state.key(issued.id) != nil { issued = try issue(prefix: prefix) }
            let key = try state.createKey(request, id: issued.id, issued.secret, by: context.authority, at: now)
            return Change(key, secret: issued.token, at: now)
        }
    }

    package nonisolated func updateKey(
        _ request: UpdateKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> UpdateKeyResponse {
        let told = try await settled(await decideUpdate(request, context))
        return UpdateKeyResponse(key: try told.key(), revision: told.revision)
    }

    private func decideUpdate(_ request: UpdateKeyRequest, _ context: CallContext) -> Turn<Told> {
        // Deactivating must always be possible; everything else can wait for space.
        let held = ruleBytes(of: request.keyID, for: context)
        return mutate(request, context, needs: request.onlyDisables ? .room(held) : .reserve(held + request.ruleBytes))
        {
            (state, now) throws(Refusal) in
            Change(try state.updateKey(request, by: context.authority, at: now), at: now)
        }
    }

    package nonisolated func rekeyKey(
        _ request: RekeyKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> RekeyKeyResponse {
        let told = try await settled(await decideRekey(request, context))
        return RekeyKeyResponse(key: try told.key(), secret: told.secret, revision: told.revision)
    }

    private func decideRekey(_ request: RekeyKeyRequest, _ context: CallContext) -> Turn<Told> {
        let held = ruleBytes(of: request.keyID, for: context)
        return mutate(request, context, needs: request.overlap == .zero ? .room(held) : .reserve(held)) {
            (state, now) throws(Refusal) in
            // An id that is unknown, or no id at all, is refused by the state, in the words it has for that.
            let known = KeyID(request.keyID).flatMap { state.key($0) }
            let prefix = known.map { state.settings(ofAccount: $0.key.accountID).tokenPrefix } ?? ""
            let issued = try issue(id: known?.key.id, prefix: prefix)
            return Change(
                try state.rekeyKey(request, issued.secret, by: context.authority, at: now), secret: issued.token,
                at: now)
        }
    }

    package nonisolated func retireSecrets(
        _ request: RetireSecretsRequest, _ context: CallContext
    ) async throws(Refusal) -> RetireSecretsResponse {
        let told = try await settled(await decideRetire(request, context))
        return RetireSecretsResponse(
            key: try told.key(), retired: UInt32(clamping: told.answer.count), revision: told.revision)
    }

    private func decideRetire(_ request: RetireSecretsRequest, _ context: CallContext) -> Turn<Told> {
        mutate(request, context, needs: .room(ruleBytes(of: request.keyID, for: context))) {
            (state, now) throws(Refusal) in
            let (key, retired) = try state.retireSecrets(request, at: now)
            return Change(key, count: UInt64(retired), at: now)
        }
    }

    package nonisolated func revokeKey(
        _ request: RevokeKeyRequest, _ context: CallContext
    ) async throws(Refusal) -> RevokeKeyResponse {
        let told = try await settled(await decideRevoke(request, context))
        return RevokeKeyResponse(key: try told.key(), revision: told.revision)
    }

    private func decideRevoke(_ request: RevokeKeyRequest, _ context: CallContext) -> Turn<Told> {
        mutate(request, context, needs: .room(ruleBytes(of: request.keyID, for: context))) {
            (state, now) throws(Refusal) in
            Change(try state.revokeKey(request, at: now), at: now)
        }
    }

    package nonisolated func revokeAllKeys(
        _ request: RevokeAllKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> RevokeAllKeysResponse {
        let told = try await settled(await decideRevokeAll(request, context))
        return RevokeAllKeysResponse(revoked: told.answer.count, revision: told.revision)
    }

    private func decideRevokeAll(_ request: RevokeAllKeysRequest, _ context: CallContext) -> Turn<Told> {
        mutate(request, context, needs: .room(0)) { (state, now) throws(Refusal) in
            let (record, keys) = try state.revokeAllKeys(request, at: now)
            return Change(record, keys, revision: state.lastSequence, at: now)
        }
    }

    package nonisolated func importKeys(
        _ request: ImportKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> ImportKeysResponse {
        try await settled(await decideImport(request, context))
    }

    private func decideImport(_ request: ImportKeysRequest, _ context: CallContext) -> Turn<ImportKeysResponse> {
        let imports = request.keys.map(issuer.prepare)
        let bytes = request.keys.reduce(0) { $0 + $1.request.ruleBytes + Limits.importedKeyBytes }
        return turn(context) { (state, now) throws(Refusal) in
            if !request.dryRun, let refusal = refusal(forWantOf: .reserve(bytes)) { throw refusal }
            let (results, keys) = state.importKeys(
                imports, isDryRun: request.dryRun, in: context.scope, at: now)
            // Each has a sequence of its own, and is what a repeated import finds: it needs no request id.
            let records = keys.map { ($0.key.revision, RecordType.key, StorageCodec.encode($0)) }
            if !keys.isEmpty { enqueue(records, publishing: keys, at: state.lastTime, context) }
            return ImportKeysResponse(results: results)
        }
    }

    package nonisolated func listKeys(
        _ request: ListKeysRequest, _ context: CallContext
    ) async throws(Refusal) -> ListKeysResponse {
        try await settled(await decideList(request, context))
    }

    private func decideList(_ request: ListKeysRequest, _ context: CallContext) -> Turn<ListKeysResponse> {
        turn(context) { (state, now) throws(Refusal) in
            try state.listKeys(request, at: now)
        }
    }

    package nonisolated func listAccounts(
        _ request: ListAccountsRequest, _ context: CallContext
    ) async throws(Refusal) -> ListAccountsResponse {
        try await settled(await decideAccounts(request, context))
    }

    private func decideAccounts(_ request: ListAccountsRequest, _ context: CallContext) -> Turn<ListAccountsResponse> {
        turn(context) { (state, now) throws(Refusal) in
            state.listAccounts(request, in: context.scope, at: now)
        }
    }

    package nonisolated func getAccount(
        _ request: GetAccountRequest, _ context: CallContext
    ) async throws(Refusal) -> GetAccountResponse {
        try await settled(await decideAccount(request, context))
    }

    private func decideAccount(_ request: GetAccountRequest, _ context: CallContext) -> Turn<GetAccountResponse> {
        turn(context) { (state, now) throws(Refusal) in
            GetAccountResponse(account: try state.account(request.accountID, at: now))
        }
    }

    package nonisolated func updateAccount(
        _ request: UpdateAccountRequest, _ context: CallContext
    ) async throws(Refusal) -> UpdateAccountResponse {
        let told = try await settled(await decideAccountUpdate(request, context))
        return UpdateAccountResponse(account: try told.account(), revision: told.revision)
    }

    private func decideAccountUpdate(_ request: UpdateAccountRequest, _ context: CallContext) -> Turn<Told> {
        mutate(request, context, needs: .reserve(0)) { (state, now) throws(Refusal) in
            Change(try state.updateAccount(request, at: now).account, at: now)
        }
    }
}
