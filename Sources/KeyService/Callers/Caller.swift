// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
package import KeyModel
internal import KeyStore

/// Who a connection, or a stream on it, speaks for (R13): a key of the callers' account, or whom the socket shows.
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
        renew(on: lane, at: now)
    }

    private mutating func renew(on lane: ValidateLane, at now: Timestamp) {
        // First the revision: what is found may be newer than it, never older.
        let current = lane.revision
        let record = credential.flatMap { lane.index.find($0.id) }
        if now < validUntil, record?._withUnsafeGuaranteedRef({ $0.key.revision }) == keyRevision {
            revision = current
        } else {
            _ = find(on: lane, at: now)
        }
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
        revision = lane.revision
        let record = lane.index.find(credential.id)
        keyRevision = record?._withUnsafeGuaranteedRef { $0.key.revision }
        var (presented, generation) = SecretMatch.present(credential.digest, of: record)
        let key = record?._withUnsafeGuaranteedRef { $0.isCaller ? $0.key : nil }
        if key == nil { presented = .unknown }
        let evaluation = peer.withQuestion { question in
            // What a caller may do is asked of each call; here only whether he is one.
            evaluate(presented, key?.rules, isUnrestricted: true, question, rateTime: 0, at: now)
        }
        var end = key?.standing.expireTime
        if case .secret(_, let deadline?) = presented { end = min(end ?? deadline, deadline) }
        // Nobody hands on more than he has: who comes with a secret that is about to end lasts no longer than that.
        let rights = key.flatMap { try? CallerRights($0.rules?.grants ?? []) }
        let authority =
            evaluation.verdict == .valid
            ? rights.map { Authority(rights: $0, allowedIPs: key?.rules?.allowedIPs ?? [], expireTime: end) } : nil
        standing = CallerStanding(name: "\(credential.id)", authority: authority)
        found =
            presented.isRecognised
            ? key.map { CallerCredential(keyID: $0.id, generation: generation, revision: $0.revision) } : nil
        // What has ended is brought back by a change only.
        validUntil = (evaluation.verdict == .valid ? end : nil) ?? Timestamp(nanoseconds: .max)
        return evaluation.verdict
    }
}
