// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

extension TimeAmount {
    /// Held to 0 and 49 days, what fits a frame's `timeout_ms`.
    init(_ duration: Duration) {
        let longest = Duration.milliseconds(Int64(UInt32.max))
        let (seconds, attoseconds) = min(max(duration, .zero), longest).components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
