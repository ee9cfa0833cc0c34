// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Which share of the Validates an event loop takes on, so that those it takes do not wait long.
///
/// Work waits in the sockets until the loop comes round to them, so what it waits is told by how long a round takes, from
/// the first read to the last, and by how many more it takes until most sockets are empty. When that was longer
/// than it may be in every round for a while (one short round says that nothing is waiting, as in CoDel, RFC 8289), the
/// loop begins to shed. From then on a share of the Validates is taken, and the share follows what is spent on those:
/// it grows while that is shorter than wanted and shrinks while it is longer. What is spent on shedding counts only as the
/// least that is to be spent on the others. Shedding ends when all have been taken for a while.
///
/// Rounds must be far longer for shedding to begin than it then makes them, but for work that comes in bursts: clients that each wait for their answers, and
/// ask again at once, are a queue of one length, which shedding does not shorten, and which is no reason to begin.
struct LoadController {
    /// To wait longer is too long; 0 = nothing is ever shed.
    private let longestNanoseconds: Int64
    /// What a round is to spend on those that are taken while some are shed.
    private var burst: BurstAllowance

    /// Whether each Validate is asked of.
    private(set) var isShedding = false
    /// Since when all waited too long; while shedding, since when all have been taken.
    private var since: Int64?
    private var lastEnd: Int64 = 0
    private var share = Self.all
    /// What is left of shares when whole Validates were taken.
    private var credit: Int64 = 0
    private var cost = ShedCost()

    /// 1, in units of 2^-20.
    private static let all: Int64 = 1 << 20
    private static let patience = Limits.shedPatienceMilliseconds * 1_000_000
    private static let calm = Limits.shedCalmMilliseconds * 1_000_000
    private static let reaction = Limits.shedReactionMilliseconds * 1_000_000

    init(longest: TimeSpan) {
        longestNanoseconds = longest.nanoseconds
        burst = BurstAllowance(longest: longest.nanoseconds)
    }

    var isOff: Bool { longestNanoseconds == 0 }

    // MARK: Rounds

    /// A round has ended; times are of one clock that does not go back.
    ///
    /// - Parameters:
    ///   - further: How many more it counts for, because of what waits in most sockets.
    ///   - elsewhere: For how long since the last one the loop did what counts for none, and was not idle.
    mutating func endRound(from start: Int64, to end: Int64, further: Int = 0, elsewhere: Int64 = 0) {
        let length = min(max(0, end &- start), Limits.longestRoundNanoseconds)
        let rounds = 1 + Int64(min(max(0, further), Limits.backlogReads))
        if isShedding {
            steer(length, rounds, to: end, elsewhere: max(0, elsewhere))
        } else {
            watch(length * rounds, to: end)
        }
        lastEnd = end
        cost.endRound()
    }

    private mutating func watch(_ wait: Int64, to end: Int64) {
        guard wait > longestNanoseconds else { return since = nil }
        // From the end of the first round on: one alone may have been a pause of the machine.
        let begun = since ?? end
        since = begun
        guard end &- begun >= Self.patience else { return }
        isShedding = true
        since = nil
        burst.reset()
        share = Self.all / 2
        credit = 0
    }

    private mutating func steer(_ length: Int64, _ rounds: Int64, to end: Int64, elsewhere: Int64) {
        let onShed = min(cost.ofRound, length)
        // Of a long pause as much as of a long round: enough to take all again.
        let span = min(max(0, end &- lastEnd), Self.reaction)
        // While all are taken, a loop that is idle has little to do.
        if share < Self.all { burst.note(busy: length + min(elsewhere, Limits.longestRoundNanoseconds), of: span) }
        let wanted = max(burst.nanoseconds, onShed)
        let error = min(max(wanted - (length - onShed) * rounds, -3 * wanted), wanted)
        // share · error / wanted · span / reaction, in steps that cannot overflow.
        let change = share * (error * 1_024 / wanted) / 1_024 * (span / 1_024) / (Self.reaction / 1_024)
        share = min(max(share + change, Self.all / Limits.shedLeastShare), Self.all)
        if share == Self.all {
            let begun = since ?? end
            since = begun
            guard end &- begun >= Self.calm else { return }
            isShedding = false
        }
        since = nil
    }

    // MARK: Validates

    /// Whether the next Validate is taken, while some are shed.
    @inline(__always)
    mutating func takes() -> Bool {
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
