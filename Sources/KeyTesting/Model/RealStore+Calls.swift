// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import KeyWire
internal import NIOCore

/// What a client gets for a call: through the wire format, the request's own rules and the store's turn.
extension RealStore {
    /// A Validate sees what is committed; whoever makes one commits before.
    func perform(
        _ call: Call, _ issued: [ModelStore.Issued], at now: Timestamp
    ) throws -> Result<Reply, Refusal> {
        self.issued = issued
        var frame = ByteBuffer()
        ClientFrame(id: 7, timeoutMilliseconds: 0, content: .call(call)).encode(into: &frame)
        var output = ByteBuffer()
        try frame.withUnsafeReadableBytes { bytes in
            switch read(UnsafeRawBufferPointer(rebasing: bytes[4...])) {
            case .success(.validate(let question)): door.validate(question, at: now, into: &output)
            case .success(.call(let call)):
                ServerFrame(id: 7, end: true, result: try decide(call, at: now)).encode(into: &output)
            case .failure(let refusal): ServerFrame(id: 7, end: true, result: .failure(refusal)).encode(into: &output)
            case .success(.validateBatch), .success(.reportOutcome), .success(.cancel), .success(.nothing): break
            }
        }
        output.moveReaderIndex(forwardBy: 4)
        guard let result = try ServerFrame.decode(output).result else { throw WireError(description: "no result") }
        return result
    }

    private func read(_ message: UnsafeRawBufferPointer) -> Result<FrameDecoder.Content, Refusal> {
        do throws(FrameDecoder.Rejection) {
            return .success(try decoder.decode(message).content)
        } catch {
            return .failure(error.refusal)
        }
    }

    private func decide(_ call: Call, at now: Timestamp) throws -> Result<Reply, Refusal> {
        let before = life.state.lastSequence
        do {
            let (reply, records) = try answer(call, at: now)
            if life.state.lastSequence != before {
                for record in records { try life.append(record.type, record.body, record.sequence) }
            }
            return .success(reply)
        } catch let error as Refusal {
            return .failure(error)
        }
    }

    private typealias Record = (type: RecordType, body: [UInt8], sequence: UInt64)

    /// What the service and the store's turn make of a call, and what is to be written of it.
    private func answer(_ call: Call, at now: Timestamp) throws -> (Reply, [Record]) {
        func changed(_ key: PublishedKey) -> [Record] {
            unpublished.append(key)
            return [(.key, StorageCodec.encode(key), key.key.revision)]
        }
        switch call {
        case .createKey(let request):
            try request.check()
            let token = try token(life.state.settings(ofAccount: request.accountID).tokenPrefix)
            let key = try life.state.createKey(request, id: token.id, token.secret, by: .administrator, at: now)
            return (
                .createKey(.init(key: key.shown(at: now), secret: token.text, revision: key.key.revision)), changed(key)
            )
        case .updateKey(let request):
            try request.check()
            let key = try life.state.updateKey(request, by: .administrator, at: now)
            return (.updateKey(.init(key: key.shown(at: now), revision: key.key.revision)), changed(key))
        case .rekeyKey(let request):
            try request.check()
            let account = KeyID(request.keyID).flatMap { life.state.key($0)?.key.accountID } ?? ""
            let token = try token(life.state.settings(ofAccount: account).tokenPrefix)
            let key = try life.state.rekeyKey(request, token.secret, by: .administrator, at: now)
            return (
                .rekeyKey(.init(key: key.shown(at: now), secret: token.text, revision: key.key.revision)), changed(key)
            )
        case .retireSecrets(let request):
            try request.check()
            let (key, retired) = try life.state.retireSecrets(request, at: now)
            return (
                .retireSecrets(.init(key: key.shown(at: now), retired: retired, revision: key.key.revision)),
                changed(key)
            )
        case .revokeKey(let request):
            try request.check()
            let key = try life.state.revokeKey(request, at: now)
            return (.revokeKey(.init(key: key.shown(at: now), revision: key.key.revision)), changed(key))
        case .revokeAllKeys(let request):
            try request.check()
            let (record, keys) = try life.state.revokeAllKeys(request, at: now)
            unpublished += keys
            return (
                .revokeAllKeys(.init(revoked: record.revoked, revision: life.state.lastSequence)),
                [(.revokeAll, StorageCodec.encode(record), life.state.lastSequence)]
            )
        case .importKeys(let request):
            try request.check()
            let imports = request.keys.map { key in
                StoreState.Import(
                    key: key,
                    digest: Digest(bytes: key.tokenSHA256).map(digester.digest(importedTokenHash:)) ?? Digest(),
                    storeKeyVersion: digester.storeKeyVersion)
            }
            let (results, keys) = life.state.importKeys(imports, isDryRun: request.dryRun, in: .everything, at: now)
            return (.importKeys(.init(results: results)), keys.flatMap(changed))
        case .updateAccount(let request):
            try request.check()
            let account = try life.state.updateAccount(request, at: now).account
            let record: Record = (.account, StorageCodec.encode(account.settings), account.settings.revision)
            return (.updateAccount(.init(account: account, revision: account.settings.revision)), [record])
        case .getKey(let request):
            try request.check()
            guard let key = KeyID(request.keyID).flatMap({ door.index.find($0) }) else {
                throw Refusal.noSuchKey(request.keyID)
            }
            return (.getKey(.init(key: key.shown(at: now))), [])
        case .listKeys(let request):
            try request.check()
            return (.listKeys(try life.state.listKeys(request, at: now)), [])
        case .getAccount(let request):
            try request.check()
            return (.getAccount(.init(account: try life.state.account(request.accountID, at: now))), [])
        case .listAccounts(let request):
            try request.check()
            return (.listAccounts(life.state.listAccounts(request, in: .everything, at: now)), [])
        case .validate, .validateBatch, .reportOutcome, .streamUsage, .whoAmI, .health, .snapshot:
            throw Refusal(.internal, .callUnknown, "not made this way")
        }
    }

    /// What was drawn for the call, as the store's issuer would give it.
    private func token(_ prefix: String) throws -> (id: KeyID, text: String, secret: StoreState.NewSecret) {
        guard let issued = issued.first else { throw Refusal(.internal, .storeFailed, "nothing was drawn") }
        let idAndSecret = Array("\(issued.id)\(issued.secret)".utf8)
        let text = Token.text(prefix: prefix, idAndSecret: idAndSecret)
        let digest = idAndSecret.withUnsafeBytes { digester.digest(idAndSecret: $0) }
        return (
            issued.id, text,
            .init(digest: digest, storeKeyVersion: digester.storeKeyVersion, hint: Token.hint(of: text))
        )
    }
}
