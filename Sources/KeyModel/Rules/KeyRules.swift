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
