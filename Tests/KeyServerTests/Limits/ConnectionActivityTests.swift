// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyServer

/// A connection's deadlines, in ticks that the test counts.
@Suite struct ConnectionActivityTests {
    private var deadlines: ConnectionActivity.Deadlines {
        var limits = ConnectionLimits()
        limits.firstFrame = .seconds(1)
        limits.frame = .seconds(2)
        limits.idle = .seconds(3)
        return .init(limits)
    }

    private func overdue(
        _ activity: ConnectionActivity, at tick: UInt64, isBusy: Bool = false, isHeld: Bool = false
    ) -> ConnectionActivity.Overdue? {
        activity.overdue(at: tick, deadlines, isBusy: isBusy, isHeld: isHeld)
    }

    @Test("R13, R14: bytes that are no whole frame do not put off the deadline of the first one")
    func first() {
        var activity = ConnectionActivity(at: 1)
        for tick in 1...11 {
            activity.noteRead(at: UInt64(tick), tookFrame: false, isPartial: true)
            #expect(overdue(activity, at: UInt64(tick)) == nil)
        }
        #expect(overdue(activity, at: 12) == .firstFrame)
        activity.noteRead(at: 12, tookFrame: true, isPartial: false)
        #expect(overdue(activity, at: 12) == nil)
    }

    @Test("R13, R14: a byte now and then does not put off a frame's deadline; the next frame has its own")
    func frame() {
        var activity = ConnectionActivity(at: 1)
        activity.noteRead(at: 1, tookFrame: true, isPartial: true)
        for tick in 2...21 { activity.noteRead(at: UInt64(tick), tookFrame: false, isPartial: true) }
        #expect(overdue(activity, at: 21, isBusy: true) == nil)
        #expect(overdue(activity, at: 22, isBusy: true) == .frame)
        // While it is not read from, nothing can come; then it has all of its time again.
        #expect(overdue(activity, at: 22, isHeld: true) == nil)
        activity.touch(at: 22)
        #expect(overdue(activity, at: 42) == nil)
        activity.noteRead(at: 30, tookFrame: true, isPartial: true)
        #expect(overdue(activity, at: 50) == nil)
        #expect(overdue(activity, at: 51) == .frame)
    }

    @Test("R13: idle is who has nothing in flight and sends nothing; without a deadline nobody is")
    func idle() {
        var activity = ConnectionActivity(at: 1)
        activity.noteRead(at: 5, tookFrame: true, isPartial: false)
        #expect(overdue(activity, at: 35) == nil)
        #expect(overdue(activity, at: 36) == .idle)
        #expect(overdue(activity, at: 36, isHeld: true) == .idle)
        #expect(overdue(activity, at: 1_000, isBusy: true) == nil)
        activity.touch(at: 1_000)
        #expect(overdue(activity, at: 1_030) == nil)
        var limits = ConnectionLimits()
        limits.idle = .zero
        #expect(activity.overdue(at: .max, .init(limits), isBusy: false, isHeld: false) == nil)
    }
}
