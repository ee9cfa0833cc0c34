// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyWire

/// A record's body, for people and for programs. One that cannot be read says so.
struct Body {
    /// KEY, ACCOUNT, REVOKE_ALL, REQUEST, MARK, or a number.
    let type: String
    let words: String
    /// `nil` = there is none.
    let json: JSONText?
    /// When the key or the account was last changed.
    let updateTime: Timestamp?

    init(_ type: RecordType, _ bytes: UnsafeRawBufferPointer, revision: UInt64, digests: Bool) {
        do throws(WireError) {
            switch type {
            case .key:
                let (record, request) = try StorageCodec.keyChange(bytes, revision: revision)
                self.init(
                    "KEY", record.key.words(digests: digests) + Self.words(request),
                    try ProtoJSON.keyState(bytes, digests: digests), record.key.updateTime)
            case .account:
                let (account, request) = try StorageCodec.accountChange(bytes, revision: revision)
                let cap = account.maxActiveKeys
                self.init(
                    "ACCOUNT",
                    "\(account.id) has "
                        + (cap == 0 ? "no cap on active keys" : "at most \(Grouped.count(cap, "active key"))")
                        + Self.words(request),
                    try ProtoJSON.accountState(bytes), account.updateTime)
            case .revokeAll:
                let (ended, request) = try StorageCodec.revokeAll(bytes, sequence: revision)
                let count = ended.revoked == 1 ? "the one key" : "all \(Grouped.text(ended.revoked)) keys"
                self.init(
                    "REVOKE_ALL",
                    "\(count) of \(ended.accountID) that had not been revoked before" + Self.words(request),
                    try ProtoJSON.revokeAllState(bytes), ended.time)
            case .idempotency:
                let kept = try StorageCodec.keptRequest(bytes)
                let scope = kept.request.scope
                self.init(
                    "REQUEST", "\(scope.accountID) by \(scope.caller)\(Self.words(kept))",
                    try ProtoJSON.keptRequestState(bytes, digests: digests), kept.answer.time)
            case .mark: self.init("MARK", "all before it is on disk", nil, nil)
            default: self.init("\(type)", "\(bytes.count) bytes of a type that this version does not know", nil, nil)
            }
        } catch {
            self.init("\(type)", "\(bytes.count) bytes that cannot be read: \(error.description)", nil, nil)
        }
    }

    /// The id that its caller gave the change, if any.
    private static func words(_ request: KeptRequest?) -> String {
        request.map { ", request_id \(hexadecimal($0.request.scope.requestID))" } ?? ""
    }

    private init(_ type: String, _ words: String, _ json: String?, _ updateTime: Timestamp?) {
        self.type = type
        self.words = words
        self.json = json.map { .raw($0) }
        self.updateTime = updateTime
    }
}

extension StoredKey {
    fileprivate func words(digests: Bool) -> String {
        // As of its last change; whether it has expired since is not the record's to say.
        let status =
            switch standing.status(at: updateTime) {
            case .active: "active"
            case .disabled: "disabled"
            case .expired: "expired"
            case .revoked: "revoked"
            }
        let expiry = standing.expireTime.map { "expires \(RFC3339.text($0))" } ?? "never expires"
        let end = standing.revokeTime == nil ? ", \(expiry)" : ""
        let more = old.isEmpty ? "" : " and \(old.count) old"
        let words = "\(id) \(accountID)/\(name) \(status)\(end), secret #\(current.generation)\(more)"
        if !digests { return words }
        let all = [current] + old.map(\.secret)
        return words + all.map { ", digest #\($0.generation) \(hexadecimal($0.digest.bytes))" }.joined()
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
