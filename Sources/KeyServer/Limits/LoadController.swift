// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Which share of the Validates an event loop takes on, so that those it takes do not wait long.
///
/// Work waits in the sockets until the loop comes round to them, so what it waits is told by how long a round takes: from
/// the first read to the last. When every round for a while took longer than it may (one short round says that nothing
/// is waiting, as in CoDel, RFC 8289), the loop begins to shed. From then on a share of the Validates is taken, and the
/// share follows the rounds' length: it grows while rounds are shorter than wanted and shrinks while they are longer.
/// Shedding ends when all have been taken for a while.
struct LoadController {
    /// A round that takes longer is too long; 0 = nothing is ever shed.
    private let longestNanoseconds: Int64
    /// What a round is to take while some are shed.
    private let wantedNanoseconds: Int64

    private(set) var isShedding = false
    /// Since when every round was too long; while shedding, since when all have been taken.
    private var since: Int64?
    private var lastEnd: Int64 = 0
    private var share = Self.all
    /// What is left of shares when whole Validates were taken.
    private var credit: Int64 = 0

    /// 1, in units of 2^-20.
    private static let all: Int64 = 1 << 20
    private static let patience = Limits.shedPatienceMilliseconds * 1_000_000
    private static let reaction = Limits.shedReactionMilliseconds * 1_000_000

    init(longest: TimeSpan) {
        longestNanoseconds = longest.nanoseconds
        wantedNanoseconds = max(1, longest.nanoseconds / Limits.shedWantedShare)
    }

    var isOff: Bool { longestNanoseconds == 0 }

    /// The share of Validates that are taken, at most 1.
    var takenShare: Double { isShedding ? Double(share) / Double(Self.all) : 1 }

    /// A round has ended; times are of one clock that does not go back.
    mutating func endRound(from start: Int64, to end: Int64) {
        let length = max(0, end &- start)
        defer { lastEnd = end }
        if !isShedding {
            guard length > longestNanoseconds else { return since = nil }
            let begun = since ?? start
            since = begun
            if end &- begun >= Self.patience { beginShedding() }
            return
        }
        // Of a long pause as much as of a long round: enough to take all again.
        let span = min(max(0, end &- lastEnd), Self.reaction)
        let error = min(max(wantedNanoseconds - length, -3 * wantedNanoseconds), wantedNanoseconds)
        // share · error / wanted · span / reaction, in steps that cannot overflow.
        let change = share * (error * 1_024 / wantedNanoseconds) / 1_024 * (span / 1_024) / (Self.reaction / 1_024)
        share = min(max(share + change, Self.all / Limits.shedLeastShare), Self.all)
        guard share == Self.all else { return since = nil }
        let begun = since ?? end
        since = begun
        if end &- begun >= Self.patience { isShedding = false; since = nil }
    }

    private mutating func beginShedding() {
        isShedding = true
        since = nil
        share = Self.all / 2
        credit = 0
    }

    /// Whether the next Validate is taken, while some are shed.
    @inline(__always)
    mutating func takes() -> Bool {
        credit += share
        if credit < Self.all { return false }
        credit -= Self.all
        return true
    }
}
