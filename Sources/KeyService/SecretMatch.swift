// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// Finds which of a key's secrets was presented.
///
/// The digest is computed whether or not there is such a key, and every digest that is kept is compared in constant
/// time, so that an unknown id and a wrong secret cost the same work: one HMAC.
enum SecretMatch {
    /// Compared with when there is no key; no secret has it.
    private static let nobody = Digest()

    static func present(
        _ digest: Digest, of record: Unmanaged<PublishedKey>?
    ) -> (presented: Presented, generation: UInt32) {
        guard let record else {
            _ = constantTimeEqual(digest, nobody)
            return (.unknown, 0)
        }
        return record._withUnsafeGuaranteedRef { record in
            // Field by field: a copy of the record would count references to every string in it.
            var match: (presented: Presented, generation: UInt32) = (.unknown, 0)
            if constantTimeEqual(digest, record.key.current.digest) {
                match = (.secret(record.key.standing, deadline: nil), record.key.current.generation)
            }
            if record.key.old.isEmpty { return match }
            for old in record.key.old where constantTimeEqual(digest, old.secret.digest) {
                match = (
                    .secret(record.key.standing, deadline: record.key.standing.end(of: old)), old.secret.generation
                )
            }
            return match
        }
    }
}
