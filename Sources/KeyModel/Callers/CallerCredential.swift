// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The secret or certificate that a caller was found by, and as of which change of his key: so that a call which has waited for its
/// turn can tell whether he is still who was let in.
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
