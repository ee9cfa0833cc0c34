// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Why sequences have no event, as it is on disk.
enum UsageGapReason: UInt8, Sendable {
    case dropped = 1
    case notWritten = 2
    case restarted = 3

    /// As streams say it.
    var name: String {
        switch self {
        case .dropped: UsageGap.dropped
        case .notWritten: UsageGap.notWritten
        case .restarted: UsageGap.restarted
        }
    }
}
