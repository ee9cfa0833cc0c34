// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Where time comes from. The program has a real one, tests one that they set.
public protocol WallClock: Sendable {
    /// The time of day as the machine believes it to be. May jump, either way.
    func wallTime() -> Timestamp

    /// Time since the machine started, sleep included (CLOCK_BOOTTIME). Never goes back.
    func timeSinceBoot() -> TimeSpan
}
