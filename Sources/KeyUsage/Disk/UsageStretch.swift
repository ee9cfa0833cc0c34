// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal

/// A stretch of the log for whoever reads it, within which neither series begins another segment: so there is at most
/// one segment of each. Either may be removed at any time.
struct UsageStretch: Sendable {
    /// The segment of one series.
    struct Part: Sendable {
        let storage: any Storage
        let path: String
        /// The segment's, not the stretch's.
        let firstSequence: UInt64
        /// How much of the file may be read.
        let end: UInt64
    }

    let firstSequence: UInt64
    /// The sequence behind its last one.
    var nextSequence: UInt64
    let parts: [Part]
    /// What no frame names yet.
    let missing: [UsageMissing]
    /// Why there is nothing where no frame says why.
    let holeReason: String
}
