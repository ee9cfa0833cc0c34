// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Which share of the Validates an event loop takes on, so that those it takes do not wait long.
///
/// Work waits in the sockets until the loop comes round to them, so what it waits is told by how long a round takes: from
/// the first read to the last. When every round for a while took longer than it may (one short round says that nothing
/// is waiting, as in CoDel, RFC 8289), the loop begins to shed. From then on a share of the Validates is taken, and the
/// share follows what a round spends on those: it grows while that is shorter than wanted and shrinks while it is longer.
/// What is spent on shedding counts only as the least that is to be spent on the others. Shedding ends when all have been
/// taken for a while.
///
/// Shedding helps when it makes the queue shorter. Clients that each wait for their answers, and ask again at once, are
/// a queue of one length, whatever becomes of what they ask: there shedding only wastes. So now and then, and ever more
/// seldom, all are taken on trial. When the queue grows, the trial ends at once; when it does not, shedding does.
struct LoadController {
    /// A round that takes longer is too long; 0 = nothing is ever shed.
    private let longestNanoseconds: Int64
    /// What a round is to spend on those that are taken while some are shed.
    private let wantedNanoseconds: Int64

    private var phase = Phase.calm
    /// Since when every round was too long; while shedding, since when all have been taken, or the trial.
    private var since: Int64?
    private var lastEnd: Int64 = 0
    private var share = Self.all
    /// What is left of shares when whole Validates were taken.
    private var credit: Int64 = 0
    private var cost = ShedCost()
    private var trial = ShedTrial()
    /// How many Validates came in this round, taken or not. Counted only while some are shed.
    private var queue: Int64 = 0

    private enum Phase { case calm, shedding, trying }

    /// 1, in units of 2^-20.
    private static let all: Int64 = 1 << 20
    private static let patience = Limits.shedPatienceMilliseconds * 1_000_000
    private static let reaction = Limits.shedReactionMilliseconds * 1_000_000
    /// Longer rounds are as long as this, so that no reckoning overflows.
    private static let longestRound: Int64 = 1 << 40

    init(longest: TimeSpan) {
        longestNanoseconds = longest.nanoseconds
        wantedNanoseconds = max(1, longest.nanoseconds / Limits.shedWantedShare)
    }

    var isOff: Bool { longestNanoseconds == 0 }

    /// Whether each Validate is asked of.
    var isShedding: Bool { phase != .calm }

    /// The share of Validates that are taken, at most 1.
    var takenShare: Double { phase == .shedding ? Double(share) / Double(Self.all) : 1 }

    // MARK: Rounds

    /// A round has ended; times are of one clock that does not go back.
    mutating func endRound(from start: Int64, to end: Int64) {
        let length = min(max(0, end &- start), Self.longestRound)
        switch phase {
        case .calm: watch(length, to: end)
        case .shedding: steer(length, to: end)
        case .trying: judge(length, to: end)
        }
        lastEnd = end
        queue = 0
        cost.endRound()
    }

    private mutating func watch(_ length: Int64, to end: Int64) {
        guard length > longestNanoseconds, !trial.bears(length, at: end) else { return since = nil }
        // From the end of the first on: one long round alone may have been a pause of the machine.
        let begun = since ?? end
        since = begun
        guard end &- begun >= Self.patience else { return }
        phase = .shedding
        since = nil
        share = Self.all / 2
        credit = 0
        trial.begin(at: end)
    }

    private mutating func steer(_ length: Int64, to end: Int64) {
        let onShed = min(cost.ofRound, length)
        let wanted = max(wantedNanoseconds, onShed)
        // Of a long pause as much as of a long round: enough to take all again.
        let span = min(max(0, end &- lastEnd), Self.reaction)
        let error = min(max(wanted - (length - onShed), -3 * wanted), wanted)
        // share · error / wanted · span / reaction, in steps that cannot overflow.
        let change = share * (error * 1_024 / wanted) / 1_024 * (span / 1_024) / (Self.reaction / 1_024)
        share = min(max(share + change, Self.all / Limits.shedLeastShare), Self.all)
        if share == Self.all {
            let begun = since ?? end
            since = begun
            if end &- begun >= Self.patience { return calmDown() }
        } else {
            since = nil
        }
        if trial.isDue(queue, at: end) {
            phase = .trying
            since = end
        }
    }

    private mutating func judge(_ length: Int64, to end: Int64) {
        switch trial.judge(length, for: end &- (since ?? end)) {
        case .goesOn: break
        case .failed:
            phase = .shedding
            since = nil
        case .passed:
            trial.pass(longestNanoseconds, at: end)
            calmDown()
        }
    }

    private mutating func calmDown() {
        phase = .calm
        since = nil
    }

    // MARK: Validates

    /// Whether the next Validate is taken, while some are shed.
    @inline(__always)
    mutating func takes() -> Bool {
        queue += 1
        if phase == .trying {
            if trial.bears(queue: queue) { return true }
            trial.fail()
            phase = .shedding
            since = nil
        }
        credit += share
        if credit < Self.all { return false }
        credit -= Self.all
        return true
    }

    /// Whether it is to be told how long the next frame takes, if that is shed.
    @inline(__always)
    var asksForCost: Bool { cost.isAsked }

    /// A frame was shed, and took so long if that was asked for.
    @inline(__always)
    mutating func noteShed(_ span: TimeSpan? = nil) { cost.note(span) }
}
