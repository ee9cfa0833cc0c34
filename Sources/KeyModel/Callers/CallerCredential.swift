// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The secret or certificate that a caller was found by, and as of which change of his key: so that a call which has
/// waited for its turn can tell whether he is still who was let in.
public struct CallerCredential: Sendable, Equatable {
    public let keyID: KeyID
    /// The secret's; `nil` = it was a certificate, which no re-keying ends.
    public let generation: UInt32?
    /// The key's.
    public let revision: UInt64

    public init(keyID: KeyID, generation: UInt32?, revision: UInt64) {
        self.keyID = keyID
        self.generation = generation
        self.revision = revision
    }
}

extension CallContext {
    /// A call is let in by what is published, and decided by what is known: its caller may have been revoked, narrowed or
    /// re-keyed by one that was decided before it. Throws unless he still is who was let in, with all that he had then.
    ///
    /// - Parameter key: His, as it is known now.
    package func checkStanding(of key: StoredKey?, at now: Timestamp) throws(Refusal) {
        guard let credential else { return }
        guard let key, key.standing.status(at: now) == .active, key.hasLive(credential.generation, at: now) else {
            throw .callerRequired
        }
        // No record says when a certificate ends; what it was let in with does.
        if credential.generation == nil, let end = authority?.expireTime, end <= now { throw .callerRequired }
        if key.revision == credential.revision { return }
        guard let authority, let has = try? Authority(key), has.contains(authority) else { throw .callerRequired }
    }
}

extension StoredKey {
    /// - Parameter generation: `nil` = a certificate, which stands for the key and no secret of it.
    fileprivate func hasLive(_ generation: UInt32?, at now: Timestamp) -> Bool {
        generation == nil || current.generation == generation
            || old.contains { $0.secret.generation == generation && standing.end(of: $0) > now }
    }
}
