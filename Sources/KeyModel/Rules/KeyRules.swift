// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a key has beyond a bare, unrestricted one: compiled when its record is made, shared by all versions of the
/// record until it changes.
public final class KeyRules: Sendable {
    /// From where the key may be used; empty = anywhere.
    public let allowedIPs: [IPBlock]
    /// What it may do; empty = everything, for a key that is unrestricted.
    public let grants: [Grant]
    public let rateLimit: RateLimit?
    public let versionPin: VersionPin?
    let meter: RateMeter?
    let ranges: IPRanges
    let compiled: CompiledGrants
    let pace: RatePace?
    /// Where the compiled ones lie.
    private let memory: RuleMemory

    /// - Parameter previous: What the record had before: a rate limit that stays the same goes on counting.
    public init(
        allowedIPs: [IPBlock], grants: [Grant], rateLimit: RateLimit?, versionPin: VersionPin?,
        replacing previous: KeyRules? = nil
    ) {
        self.allowedIPs = allowedIPs
        self.grants = grants
        self.rateLimit = rateLimit
        self.versionPin = versionPin
        meter = rateLimit == nil ? nil : previous?.rateLimit == rateLimit ? previous?.meter ?? RateMeter() : RateMeter()
        memory = RuleMemory()
        ranges = IPRanges(allowedIPs, in: memory)
        compiled = CompiledGrants(grants, in: memory)
        pace = rateLimit.map { RatePace($0) }
    }

    /// What the rate limit has come to, for `evaluate`.
    public var rateTime: Int64 { meter?.time ?? .min }

    /// Keeps what `evaluate` made of `expected`. False when another use has come between, which is then in `expected`:
    /// evaluate again.
    public func keepRateTime(_ time: Int64, insteadOf expected: inout Int64) -> Bool {
        guard let meter, time != expected else { return true }
        let found = meter.exchange(expected, for: time)
        defer { expected = found }
        return found == expected
    }

    /// What the fields in a reply may take, tags and lengths included.
    public func replyBytes(_ coverage: Coverage) -> Int { compiled.fields.replyBytes(coverage) }

    /// Calls `body` with every field that the grants which cover the question allow, once; with none when all are.
    public func forEachAllowedField(
        _ coverage: Coverage, _ question: ValidateQuestion, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard let action = question.wantedAction else { return }
        compiled.forEachAllowedField(coverage, question.resource, action, body)
    }

    /// Whether a field is one of them.
    public func allows(
        _ field: UnsafeRawBufferPointer, _ coverage: Coverage, _ question: ValidateQuestion
    ) -> Bool {
        guard let action = question.wantedAction else { return false }
        return compiled.allows(field, coverage, question.resource, action)
    }
}

/// The API version that a key is pinned to (R16). It can be moved, and never taken away.
public struct VersionPin: Sendable, Hashable {
    public var version: CalendarDate
    /// When the key was pinned, or moved last.
    public var changeTime: Timestamp
    /// Until when an earlier version may be set; `nil` = there was no upgrade, so there is no way back.
    public var downgradeDeadline: Timestamp?

    public init(version: CalendarDate, changeTime: Timestamp, downgradeDeadline: Timestamp?) {
        self.version = version
        self.changeTime = changeTime
        self.downgradeDeadline = downgradeDeadline
    }
}
