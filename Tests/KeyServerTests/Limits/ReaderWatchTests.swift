// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyServer

/// A peer that reads, or does not, in ticks that the test counts.
@Suite struct ReaderWatchTests {
    private let much = 64 * 1024 * 1024

    @Test("R13: who reads is not slow, however much waits for him")
    func fast() {
        var watch = ReaderWatch()
        watch.noteWrite(much)
        watch.begin(at: 1, waiting: much)
        for tick in 2...1_000 as ClosedRange<UInt64> {
            let waiting = much - Int(tick / 10) * Int(Limits.readBytes)
            do {
                let isStuck = watch.isStuck(for: 20, at: tick, waiting: waiting)
                #expect(!isStuck)
            }
        }
    }

    @Test(
        "R13: who reads nothing is slow in time, and so is who reads a byte now and then; more that waits changes nothing"
    )
    func slow() {
        for step in [0, 1] {
            var watch = ReaderWatch()
            watch.noteWrite(100_000)
            watch.begin(at: 5, waiting: 100_000)
            for tick in 6...24 as ClosedRange<UInt64> {
                do {
                    let isStuck = watch.isStuck(for: 20, at: tick, waiting: 100_000 - step * Int(tick))
                    #expect(!isStuck)
                }
            }
            watch.noteWrite(much)
            do {
                let isStuck = watch.isStuck(for: 20, at: 25, waiting: much + 100_000 - step * 25)
                #expect(isStuck)
            }
        }
    }

    @Test("R13: the time counts from when more began to wait, whatever was before")
    func again() {
        var watch = ReaderWatch()
        watch.noteWrite(1)
        watch.begin(at: 1, waiting: 1)
        watch.begin(at: 100, waiting: 1)
        do {
            let isStuck = watch.isStuck(for: 20, at: 119, waiting: 1)
            #expect(!isStuck)
        }
        do {
            let isStuck = watch.isStuck(for: 20, at: 120, waiting: 1)
            #expect(isStuck)
        }
    }
}
