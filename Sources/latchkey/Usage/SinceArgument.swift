// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A time that has passed: `15m` ago, `2027-01-31`, `2027-01-31T12:00:00Z`.
struct SinceArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        if let ago = HumanDuration(argument: argument) {
            let then = Timestamp.now.advanced(by: TimeSpan(nanoseconds: -ago.span.nanoseconds))
            time = max(then, Timestamp(nanoseconds: 0))
        } else if let time = RFC3339.time(argument) {
            self.time = time
        } else {
            return nil
        }
    }
}
