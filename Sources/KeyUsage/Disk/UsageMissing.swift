// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Sequences without an event that no frame names yet: the next segment of the series begins with such a frame.
struct UsageMissing: Sendable {
    let first: UInt64
    var next: UInt64
    let reason: UsageGapReason
}
