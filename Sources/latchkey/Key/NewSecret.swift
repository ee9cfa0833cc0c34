// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What has to be said behind a secret that was shown.
enum NewSecret {
    static func note() {
        StandardError.write("Store the secret now: it cannot be shown again.\n")
    }
}
