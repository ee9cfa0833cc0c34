// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What the connections of one event loop of the load generator share.
final class BenchShared {
    let frames: BenchFrames
    var tally = BenchTally()
    /// When the first call of an open loop is due.
    var start = NIODeadline.distantFuture
    /// What is measured lies between these two.
    var begin = NIODeadline.distantFuture
    var end = NIODeadline.distantFuture

    init(frames: BenchFrames) {
        self.frames = frames
    }

    private var lastStatus = BenchStatus()

    /// Counts a call that got no verdict, if what the server did with it is to be counted.
    func recordFailure(_ frame: UnsafeRawBufferPointer, at time: NIODeadline) {
        if !lastStatus.isSame(frame) { lastStatus = BenchStatus(frame) }
        if !lastStatus.isRefusal {
            tally.record(error: lastStatus.reason)
        } else if counts(time) {
            tally.record(refusal: lastStatus.reason)
        }
    }

    func counts(_ time: NIODeadline) -> Bool { time >= begin && time < end }
}
