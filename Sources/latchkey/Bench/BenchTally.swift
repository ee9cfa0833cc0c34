// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Histogram
internal import KeyModel

/// What one event loop of the load generator has counted; merged at the end.
struct BenchTally: Sendable {
    /// Nanoseconds from sending to receiving, up to a minute.
    private(set) var latency = Histogram<UInt64>(highestTrackableValue: 60_000_000_000)
    /// By the verdict's number; 0 for those that this program does not know.
    private var verdicts = [UInt64](repeating: 0, count: Verdict.allCases.count + 1)
    /// By reason.
    private(set) var errors: [String: UInt64] = [:]
    private(set) var connectionsLost = 0

    mutating func record(verdict: UInt64, nanoseconds: UInt64) {
        verdicts[verdict < UInt64(verdicts.count) ? Int(verdict) : 0] += 1
        latency.record(min(nanoseconds, 60_000_000_000))
    }

    mutating func record(error reason: String) {
        errors[reason, default: 0] += 1
    }

    mutating func recordLostConnection() {
        connectionsLost += 1
    }

    mutating func add(_ other: BenchTally) {
        latency.add(other.latency)
        for index in verdicts.indices { verdicts[index] += other.verdicts[index] }
        errors.merge(other.errors) { $0 + $1 }
        connectionsLost += other.connectionsLost
    }

    /// How often each verdict came, those that did.
    var verdictCounts: [(name: String, count: UInt64)] {
        verdicts.enumerated().filter { $0.element > 0 }.map { number, count in
            (Verdict(rawValue: UInt32(number))?.name ?? "UNKNOWN", count)
        }
    }
}
