// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct StoreClockTests {
    @Test("store time begins at the wall clock or the last journalled time, whichever is later")
    func start() {
        let clock = ManualClock()
        let wall = clock.wallTime()
        #expect(StoreClock(clock).now() == wall)
        let earlier = Timestamp(nanoseconds: wall.nanoseconds - 1)
        let later = Timestamp(nanoseconds: wall.nanoseconds + 5)
        #expect(StoreClock(clock, notBefore: earlier).now() == wall)
        #expect(StoreClock(clock, notBefore: later).now() == later)
    }

    @Test(
        "a wall clock that is set jumps nothing: it is told once and drawn towards at 500 ppm",
        arguments: [3_600, -3_600])
    func jump(seconds: Int64) {
        let clock = ManualClock()
        let store = StoreClock(clock)
        #expect(store.compare() == nil)
        clock.setWall(clock.wallTime().advanced(by: .seconds(seconds)))
        let before = store.now()
        #expect(store.compare() == .seconds(seconds))
        #expect(store.now() == before)
        for _ in 0..<10 {
            let last = store.now()
            clock.advance(by: .seconds(1))
            let passed = store.now().nanoseconds - last.nanoseconds
            #expect(passed == 1_000_000_000 + (seconds > 0 ? 500_000 : -500_000))
            #expect(store.compare() == nil)
        }
        clock.setWall(clock.wallTime().advanced(by: .seconds(seconds)))
        #expect(store.compare() != nil)
        #expect(store.compare() == nil)
    }

    @Test("a small difference is drawn in within the next second and no further, however late the next comparison")
    func slew() {
        let clock = ManualClock()
        let store = StoreClock(clock)
        clock.setWall(clock.wallTime().advanced(by: TimeSpan(nanoseconds: 100_000)))
        store.compare()
        clock.advance(by: .seconds(1))
        #expect(store.now() == clock.wallTime())
        clock.advance(by: .seconds(100))
        #expect(store.now() == clock.wallTime())
    }

    @Test("store time never goes back, whatever the wall clock does")
    func neverBack() {
        var random = SplitMix64(seed: 42)
        let clock = ManualClock()
        let store = StoreClock(clock)
        var last = store.now()
        for _ in 0..<20_000 {
            switch random.next() % 4 {
            case 0: clock.setWall(Timestamp(nanoseconds: Int64(truncatingIfNeeded: random.next() >> 1)))
            case 1: store.compare()
            default: clock.advance(by: TimeSpan(nanoseconds: Int64(random.next() % 2_000)))
            }
            let now = store.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test("the ends of the range do not trap")
    func extremes() {
        for wall in [Int64.min, Int64.max] {
            let clock = ManualClock(Timestamp(nanoseconds: wall))
            let store = StoreClock(clock)
            clock.advance(by: .seconds(10))
            store.compare()
            clock.setWall(Timestamp(nanoseconds: wall == .min ? .max : .min))
            store.compare()
            clock.advance(by: .seconds(10))
            _ = store.now()
        }
    }

    @Test("on several threads at once no read is earlier than one that ended before it")
    func threads() async {
        let store = StoreClock(SystemClock())
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<3 {
                group.addTask {
                    var last = store.now()
                    for _ in 0..<20_000 {
                        if task == 0 { store.compare() }
                        let now = store.now()
                        if now < last { return false }
                        last = now
                    }
                    return true
                }
            }
            for await isOrdered in group { #expect(isOrdered) }
        }
    }
}
