// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
internal import KeyStore

/// Who a connection, or a stream on it, speaks for (R13): a key of the callers' account, by a token or a certificate, or
/// whom the socket shows.
///
/// What was found is kept, and found again as soon as anything has changed in the store, or a time has come: so a
/// revocation, a narrowing or the end of an overlap counts at the very next call. What is changed of other keys costs a
/// look at the own one.
package struct Caller {
    package let peer: CallerPeer
    /// What he may do as of the last `refresh`.
    package private(set) var standing: CallerStanding
    /// What the store is to find unchanged when it decides a call of his.
    private(set) var found: CallerCredential?
    private var credential: Credential?
    /// As of which revision that was found, and until when it holds if nothing changes.
    private var revision: UInt64 = 0
    /// Of his key's record then; `nil` = there was none.
    private var keyRevision: UInt64?
    private var validUntil = Timestamp(nanoseconds: .max)

    private enum Credential {
        /// The key that was presented, and the digest of the secret: never the secret.
        case secret(KeyID, Digest)
        /// Whose key a certificate is taken for.
        case certificate(CallerCertificate)

        /// When it ends by itself; `nil` = a secret, whose end its key has.
        var end: Timestamp? {
            switch self {
            case .secret: nil
            case .certificate(let certificate): certificate.end
            }
        }

        var keyID: KeyID {
            switch self {
            case .secret(let id, _): id
            case .certificate(let certificate): certificate.keyID
            }
        }
    }

    package init(_ peer: CallerPeer) {
        self.peer = peer
        let name = peer.certificate.map { "\($0.keyID)" } ?? peer.name
        standing = CallerStanding(name: name, authority: peer.certificate == nil ? peer.authority : nil)
        guard let certificate = peer.certificate else { return }
        credential = .certificate(certificate)
        // Nothing was found yet: the first call looks.
        validUntil = Timestamp(nanoseconds: .min)
    }

    /// The key he is, if any.
    package var keyID: KeyID? { credential?.keyID }

    /// Finds again what he may do, if anything may have changed it.
    @inline(__always)
    package mutating func refresh(on lane: ValidateLane, at now: Timestamp) {
        if credential == nil || lane.revision == revision && now < validUntil { return }
        renew(on: lane, at: now)
    }

    private mutating func renew(on lane: ValidateLane, at now: Timestamp) {
        // First the revision: what is found may be newer than it, never older.
        let current = lane.revision
        let record = credential.flatMap { lane.index.find($0.keyID) }
        if now < validUntil, record?._withUnsafeGuaranteedRef({ $0.key.revision }) == keyRevision {
            revision = current
        } else {
            _ = find(on: lane, at: now)
        }
    }

    /// Looks whether his certificate's key is one in force; `nil` = it is not by a certificate that he speaks.
    mutating func checkCertificate(on lane: ValidateLane, at now: Timestamp) -> Verdict? {
        guard case .certificate = credential else { return nil }
        return find(on: lane, at: now)
    }

    /// His certificate speaks for nobody any more. Whom a token speaks for stays.
    package mutating func dropCertificate() {
        if case .certificate = credential { leave() }
    }

    /// Speaks for the caller with this token from now on; for nobody if it is not one in force. Returns the verdict, and
    /// the key whose secret it is, or was.
    mutating func authorize(
        _ token: UnsafeRawBufferPointer, _ digester: any SecretDigesting, on lane: ValidateLane, at now: Timestamp
    ) -> (verdict: Verdict, keyID: KeyID?) {
        guard let parsed = Token(parsing: token) else {
            leave()
            return (.malformed, nil)
        }
        credential = .secret(parsed.id, digester.digest(idAndSecret: parsed.idAndSecret))
        let verdict = find(on: lane, at: now)
        let keyID = found?.keyID
        if verdict != .valid { leave() }
        return (verdict, keyID)
    }

    /// Speaks for nobody.
    mutating func leave() {
        credential = nil
        found = nil
        standing = CallerStanding(name: peer.name, authority: nil)
    }

    private mutating func find(on lane: ValidateLane, at now: Timestamp) -> Verdict {
        guard let credential else { return .notFound }
        revision = lane.revision
        let record = lane.index.find(credential.keyID)
        keyRevision = record?._withUnsafeGuaranteedRef { $0.key.revision }
        var presented: Presented
        var generation: UInt32?
        switch credential {
        case .secret(_, let digest): (presented, generation) = SecretMatch.present(digest, of: record)
        case .certificate(let certificate): presented = Self.present(certificate, of: record, at: now)
        }
        let key = record?._withUnsafeGuaranteedRef { $0.isCaller ? $0.key : nil }
        if key == nil { presented = .unknown }
        let evaluation = peer.withQuestion { question in
            // What a caller may do is asked of each call; here only whether he is one.
            evaluate(presented, key?.rules, isUnrestricted: true, question, rateTime: 0, at: now)
        }
        // Nobody hands on more than he has: who comes with what is about to end lasts no longer than that.
        var ends = [key?.standing.expireTime, credential.end]
        if case .secret(_, let deadline) = presented { ends.append(deadline) }
        let end = ends.compactMap(\.self).min()
        let rights = key.flatMap { try? CallerRights($0.rules?.grants ?? []) }
        let authority =
            evaluation.verdict == .valid
            ? rights.map { Authority(rights: $0, allowedIPs: key?.rules?.allowedIPs ?? [], expireTime: end) } : nil
        standing = CallerStanding(name: "\(credential.keyID)", authority: authority)
        found =
            presented.isRecognised
            ? key.map { CallerCredential(keyID: $0.id, generation: generation, revision: $0.revision) } : nil
        // What has ended is brought back by a change only.
        validUntil = (evaluation.verdict == .valid ? end : nil) ?? Timestamp(nanoseconds: .max)
        return evaluation.verdict
    }

    /// A certificate stands for its caller's key as one of its secrets would, while it lasts.
    private static func present(
        _ certificate: CallerCertificate, of record: Unmanaged<PublishedKey>?, at now: Timestamp
    ) -> Presented {
        guard let record, now < certificate.end else { return .unknown }
        return record._withUnsafeGuaranteedRef { .secret($0.key.standing, deadline: nil) }
    }
}
