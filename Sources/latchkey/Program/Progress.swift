// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// Says on standard error how far something is, once it takes longer than a second.
final class Progress: Sendable {
    private let doing: String
    /// When it ends, if that is fixed.
    private let endTime: ContinuousClock.Instant?
    private let begun = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        var done = 0
        var total = 0
        var nextTold = ContinuousClock.now + .milliseconds(Limits.progressDelayMilliseconds)
        var isTold = false
    }

    init(doing: String, total: Int) {
        self.doing = doing
        endTime = nil
        state.withLock { $0.total = total }
    }

    /// For what takes until `end`, whatever is done.
    init(doing: String, until end: ContinuousClock.Instant) {
        self.doing = doing
        endTime = end
    }

    /// Returns at `time`, and says meanwhile how long it still takes.
    func wait(until time: ContinuousClock.Instant) async throws {
        while time > .now {
            // There is nothing to do but to look at the clock.
            try await Task.sleep(
                for: min(time - .now, Duration.milliseconds(Limits.progressRedrawMilliseconds)), clock: .continuous)
            reach(0)
        }
    }

    /// One more is done.
    func step() {
        tell(every: 16) { $0.done += 1 }
    }

    /// So many are done.
    func reach(_ done: Int) {
        tell(every: 1) { $0.done = done }
    }

    /// So many are done, of so many as turns out only now.
    func reach(_ done: Int, of total: Int) {
        tell(every: 1) { ($0.done, $0.total) = (done, total) }
    }

    private func tell(every count: Int, _ change: (inout State) -> Void) {
        let line = state.withLock { state -> String? in
            change(&state)
            // The clock costs more than a step.
            guard state.done % count == 0 else { return nil }
            let now = ContinuousClock.now
            guard now >= state.nextTold else { return nil }
            state.nextTold =
                now
                + (Terminal.errorCanErase
                    ? .milliseconds(Limits.progressRedrawMilliseconds) : .milliseconds(Limits.progressLineMilliseconds))
            state.isTold = true
            return self.line(done: state.done, of: state.total, at: now)
        }
        if let line { StandardError.write(Terminal.errorCanErase ? "\r\u{1B}[K\(line)" : "\(line)\n") }
    }

    /// Takes the line away that may be there.
    func end() {
        let isTold = state.withLock { state in
            defer { state.isTold = false }
            return state.isTold
        }
        if Terminal.errorCanErase, isTold { StandardError.write("\r\u{1B}[K") }
    }

    private func line(done: Int, of total: Int, at now: ContinuousClock.Instant) -> String {
        if let endTime { return "\(doing): \(Self.words((endTime - now) / .seconds(1))) left" }
        let rate = Double(done) / ((now - begun) / .seconds(1))
        if rate == 0 { return "\(doing): 0 of \(Grouped.text(total))" }
        let left = Self.words(Double(max(0, total - done)) / rate)
        return
            "\(doing): \(Grouped.text(done)) of \(Grouped.text(total)), \(Grouped.text(Int(rate))) a second, \(left) left"
    }

    private static func words(_ seconds: Double) -> String {
        // No more than a length of time can hold, and no less than is worth saying.
        "about " + HumanDuration.words(for: .seconds(Int64(max(1, min(seconds, 9e9)).rounded(.up))))
    }
}
