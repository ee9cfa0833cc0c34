// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
internal import KeyStore

/// Who a connection, or a stream on it, speaks for (R13): a key of the callers' account, or whom the socket shows.
///
/// What was found is kept, and found again as soon as anything has changed in the store, or a time has come: so a
/// revocation, a narrowing or the end of an overlap counts at the very next call, and nothing is computed otherwise.
package struct Caller {
    package let peer: CallerPeer
    /// What he may do as of the last `refresh`.
    package private(set) var standing: CallerStanding
    /// What the store is to find unchanged when it decides a call of his.
    private(set) var found: CallerCredential?
    private var credential: Credential?
    /// As of which revision that was found, and until when it holds if nothing changes.
    private var revision: UInt64 = 0
    private var validUntil = Timestamp(nanoseconds: .max)

    /// The key that was presented, and the digest of the secret: never the secret.
    private struct Credential {
        let id: KeyID
        let digest: Digest
    }

    package init(_ peer: CallerPeer) {
        self.peer = peer
        standing = CallerStanding(name: peer.name, authority: peer.authority)
    }

    /// The key he is, if any.
    package var keyID: KeyID? { credential?.id }

    /// Finds again what he may do, if anything may have changed it.
    @inline(__always)
    package mutating func refresh(on lane: ValidateLane, at now: Timestamp) {
        if credential == nil || lane.revision == revision && now < validUntil { return }
        _ = find(on: lane, at: now)
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
        credential = Credential(id: parsed.id, digest: digester.digest(idAndSecret: parsed.idAndSecret))
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
        // First the revision: what is found may be newer than it, never older.
        revision = lane.revision
        let record = lane.index.find(credential.id)
        var (presented, generation) = SecretMatch.present(credential.digest, of: record)
        let key = record?._withUnsafeGuaranteedRef { $0.isCaller ? $0.key : nil }
        if key == nil { presented = .unknown }
        let evaluation = peer.withQuestion { question in
            // What a caller may do is asked of each call; here only whether he is one.
            evaluate(presented, key?.rules, isUnrestricted: true, question, rateTime: 0, at: now)
        }
        let authority = evaluation.verdict == .valid ? key.flatMap { try? Authority($0) } : nil
        standing = CallerStanding(name: "\(credential.id)", authority: authority)
        found =
            presented.isRecognised
            ? key.map { CallerCredential(keyID: $0.id, generation: generation, revision: $0.revision) } : nil
        var end = key?.standing.expireTime ?? Timestamp(nanoseconds: .max)
        if case .secret(_, let deadline?) = presented { end = min(end, deadline) }
        validUntil = end
        return evaluation.verdict
    }
}
