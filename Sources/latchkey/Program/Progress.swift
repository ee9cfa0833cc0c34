// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Says on standard error how far something is, once it takes longer than a second.
final class Progress: Sendable {
    private let doing: String
    private let total: Int
    private let begun = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        var done = 0
        var nextTold = ContinuousClock.now + .seconds(1)
        var isTold = false
    }

    init(doing: String, total: Int) {
        self.doing = doing
        self.total = total
    }

    /// One more is done.
    func step() {
        tell(every: 16) { $0.done += 1 }
    }

    /// So many are done.
    func reach(_ done: Int) {
        tell(every: 1) { $0.done = done }
    }

    private func tell(every count: Int, _ change: (inout State) -> Void) {
        let line = state.withLock { state -> String? in
            change(&state)
            // The clock costs more than a step.
            guard state.done % count == 0 else { return nil }
            let now = ContinuousClock.now
            guard now >= state.nextTold else { return nil }
            state.nextTold = now + (Terminal.errorIsTerminal ? .milliseconds(250) : .seconds(5))
            state.isTold = true
            return self.line(done: state.done, at: now)
        }
        if let line { StandardError.write(Terminal.errorIsTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n") }
    }

    /// Takes the line away that `step` may have left.
    func end() {
        if Terminal.errorIsTerminal, state.withLock({ $0.isTold }) { StandardError.write("\r\u{1B}[K") }
    }

    private func line(done: Int, at now: ContinuousClock.Instant) -> String {
        let rate = Double(done) / ((now - begun) / .seconds(1))
        if rate == 0 { return "\(doing): 0 of \(Grouped.text(total))" }
        let left = Int((Double(total - done) / rate).rounded(.up))
        return "\(doing): \(Grouped.text(done)) of \(Grouped.text(total)), \(Grouped.text(Int(rate))) a second, "
            + "about \(left) s left"
    }
}
