// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What became of damaged frames.
struct FuzzTally: Sendable {
    /// Frames that were cut from a stream and answered, one way or another.
    var examined = 0
    var decoded = 0
    var refused = 0
    var closed = 0
    var paused = 0
    var connections = 0
    /// What must not happen, by what it is.
    var faults: Set<String> = []

    mutating func add(_ other: FuzzTally) {
        examined += other.examined
        decoded += other.decoded
        refused += other.refused
        closed += other.closed
        paused += other.paused
        connections += other.connections
        faults.formUnion(other.faults)
    }

    /// How many in a hundred were decoded.
    var share: Double { Double(decoded) * 100 / Double(max(1, examined)) }
}
