// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Whether something can be written, and if not, when it is tried again.
struct UsageHealth {
    private(set) var isFailing = false
    private var failureTime = Timestamp(nanoseconds: 0)

    /// Once a second while it fails; and at once when the clock was set back.
    func mayTry(at now: Timestamp) -> Bool {
        !isFailing || now < failureTime
            || now >= failureTime.advanced(by: .milliseconds(Limits.usageSyncMilliseconds))
    }

    mutating func failed(at now: Timestamp) {
        isFailing = true
        failureTime = now
    }

    mutating func succeeded() {
        isFailing = false
    }
}
