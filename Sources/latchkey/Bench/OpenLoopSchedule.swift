// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// When the calls of an open-loop measurement are due: evenly spaced, and dealt to the connections in turn.
///
/// Call `k` of connection `c` is number `k · connections + c` of all calls, and number `n` is due `n / callsPerSecond`
/// seconds after the start. So a connection has a call every `connections / callsPerSecond` seconds, and no two
/// connections have theirs at once.
struct OpenLoopSchedule: Sendable {
    let callsPerSecond: Int
    let connections: Int

    /// How long after the start a call is due. Reckoned from the call's number, so that no error adds up.
    func nanoseconds(call: Int, connection: Int) -> Int64 {
        let number = Int64(call) * Int64(connections) + Int64(connection)
        let (seconds, rest) = number.quotientAndRemainder(dividingBy: Int64(callsPerSecond))
        return seconds * 1_000_000_000 + rest * 1_000_000_000 / Int64(callsPerSecond)
    }
}
