// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Whom the certificate of a connection speaks for, once it has been vouched for.
package struct CallerCertificate: Sendable, Equatable {
    /// The caller's key.
    package let keyID: KeyID
    /// When the certificate ends: it speaks for nobody from then on.
    package let end: Timestamp

    package init(keyID: KeyID, end: Timestamp) {
        self.keyID = keyID
        self.end = end
    }
}
