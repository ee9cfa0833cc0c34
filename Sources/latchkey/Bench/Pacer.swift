// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// Sends the calls of an open-loop measurement that one event loop has, when they are due.
///
/// One timer serves all its connections: it is set for the call that is due next, but never sooner than a tick after
/// it went off last, and then sends everything that is due. A tick is longer at high rates: to write for every few calls
/// would take more of the generator's time than the calls take of the server's.
final class Pacer {
    private let shared: BenchShared
    private let schedule: OpenLoopSchedule
    private let eventLoop: any EventLoop
    private var connections: [PacedConnection] = []
    /// Which of them has the next call. They have theirs in turn.
    private var turn = 0

    private let tick: TimeAmount

    init(shared: BenchShared, schedule: OpenLoopSchedule, eventLoop: any EventLoop) {
        self.shared = shared
        self.schedule = schedule
        self.eventLoop = eventLoop
        let range = Limits.benchTickMicroseconds
        tick = .microseconds(min(max(range.lowerBound, Int64(schedule.callsPerSecond) / 1_000), range.upperBound))
    }

    /// A connection for connection `number` of the schedule. They are added by rising number.
    func makeConnection(number: Int, depth: Int) -> PacedConnection {
        let connection = PacedConnection(shared: shared, depth: depth) { [shared, schedule] call in
            shared.start + .nanoseconds(schedule.nanoseconds(call: call, connection: number))
        }
        connections.append(connection)
        return connection
    }

    func begin() {
        if !connections.isEmpty { setTimer(to: shared.start) }
    }

    /// Counts the calls that were never answered.
    func settle() {
        let now = NIODeadline.now()
        for connection in connections { connection.settle(at: now) }
    }

    private func setTimer(to time: NIODeadline) {
        _ = eventLoop.assumeIsolated().scheduleTask(deadline: time) { self.sendWhatIsDue() }
    }

    private func sendWhatIsDue() {
        let now = NIODeadline.now()
        let first = turn
        var count = 0
        var next = connections[turn].nextDueTime()
        while next <= now, next < shared.end {
            connections[turn].addDueCall()
            count += 1
            turn = turn + 1 == connections.count ? 0 : turn + 1
            next = connections[turn].nextDueTime()
        }
        for offset in 0..<min(count, connections.count) { connections[(first + offset) % connections.count].send() }
        if next < shared.end {
            setTimer(to: max(next, now + tick))
        } else {
            for connection in connections { connection.complete() }
        }
    }
}
