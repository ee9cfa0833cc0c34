// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Histogram
internal import KeyModel
internal import NIOCore

/// What one event loop of the load generator has counted; merged at the end.
struct BenchTally: Sendable {
    /// Nanoseconds until the answer came: since the call was sent, or in an open loop since it was due.
    private(set) var latency = Histogram<UInt64>(highestTrackableValue: longest)
    /// In an open loop: nanoseconds from when a call was due until it was sent, of those that waited for no other.
    private(set) var lateness = Histogram<UInt64>(highestTrackableValue: longest)
    /// Calls that were due while as many as may be were in flight.
    private(set) var waits: UInt64 = 0
    /// Calls that had no answer when the measurement was given up; `latency` has how long they had waited by then.
    private(set) var unanswered: UInt64 = 0
    /// Answers that came within the measurement, also those to calls from before it.
    private(set) var answersInTime: UInt64 = 0
    /// By the verdict's number; 0 for those that this program does not know.
    private var verdicts = [UInt64](repeating: 0, count: Verdict.allCases.count + 1)
    /// Calls that the server did not take on, by reason: what it does at its limits, and no error.
    private(set) var refusals: [String: UInt64] = [:]
    /// By reason.
    private(set) var errors: [String: UInt64] = [:]
    private(set) var connectionsLost = 0

    /// An hour in nanoseconds; what takes longer counts as that.
    private static let longest: UInt64 = 3_600_000_000_000

    mutating func record(verdict: UInt64, nanoseconds: UInt64) {
        verdicts[verdict < UInt64(verdicts.count) ? Int(verdict) : 0] += 1
        latency.record(min(nanoseconds, Self.longest))
    }

    mutating func record(unanswered time: TimeAmount) {
        unanswered += 1
        latency.record(min(UInt64(clamping: time.nanoseconds), Self.longest))
    }

    mutating func record(lateness time: TimeAmount) {
        lateness.record(min(UInt64(clamping: time.nanoseconds), Self.longest))
    }

    mutating func recordWait() {
        waits += 1
    }

    mutating func recordAnswerInTime() {
        answersInTime += 1
    }

    mutating func record(error reason: String) {
        errors[reason, default: 0] += 1
    }

    mutating func record(refusal reason: String) {
        refusals[reason, default: 0] += 1
    }

    mutating func recordLostConnection() {
        connectionsLost += 1
    }

    mutating func add(_ other: BenchTally) {
        latency.add(other.latency)
        lateness.add(other.lateness)
        waits += other.waits
        unanswered += other.unanswered
        answersInTime += other.answersInTime
        for index in verdicts.indices { verdicts[index] += other.verdicts[index] }
        refusals.merge(other.refusals) { $0 + $1 }
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
