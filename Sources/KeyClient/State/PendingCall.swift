// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// A call that has no answer yet.
struct PendingCall {
    let call: Call
    let begun: NIODeadline
    /// When the answer stops being of use: what the server is told.
    let deadline: NIODeadline
    /// Whether it is in flight on the present connection; otherwise it waits.
    var isInFlight = false
    /// How often it was sent.
    var tries = 0

    /// When the client gives it up: a little later, so that the server's own answer can still arrive.
    var giveUpTime: NIODeadline { deadline + .milliseconds(Limits.clientDeadlineGraceMilliseconds) }

    /// What is left of its time in milliseconds, at least 1 (0 would mean none); `nil` = it is over.
    func timeoutMilliseconds(at now: NIODeadline) -> UInt32? {
        guard deadline > now else { return nil }
        let milliseconds = (deadline - now).nanoseconds / 1_000_000
        return UInt32(clamping: max(milliseconds, 1))
    }
}
