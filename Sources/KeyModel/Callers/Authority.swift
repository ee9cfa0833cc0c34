// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a caller may do, from where and until when: what it may hand on to other callers, and no more.
public struct Authority: Sendable, Equatable {
    public let rights: CallerRights
    /// Empty = from anywhere.
    public let allowedIPs: [IPBlock]
    /// `nil` = for good.
    public let expireTime: Timestamp?

    public init(rights: CallerRights, allowedIPs: [IPBlock] = [], expireTime: Timestamp? = nil) {
        self.rights = rights
        self.allowedIPs = allowedIPs
        self.expireTime = expireTime
    }

    /// That of a key in the callers' account.
    public init(_ key: StoredKey) throws(Refusal) {
        self.init(
            rights: try CallerRights(key.rules?.grants ?? []), allowedIPs: key.rules?.allowedIPs ?? [],
            expireTime: key.standing.expireTime)
    }

    public static let administrator = Authority(rights: .administrator)

    /// Whether it is as much as an administrator's that cannot lapse by itself.
    public var isLasting: Bool {
        rights.contains(.administrator) && allowedIPs.isEmpty && expireTime == nil
    }

    /// Whether another may do nothing that this one may not: no more, from nowhere else and no longer.
    public func contains(_ other: Authority) -> Bool {
        rights.contains(other.rights) && reaches(other.allowedIPs) && lasts(until: other.expireTime)
    }

    private func reaches(_ blocks: [IPBlock]) -> Bool {
        allowedIPs.isEmpty
            || !blocks.isEmpty && blocks.allSatisfy { block in allowedIPs.contains { $0.contains(block) } }
    }

    private func lasts(until end: Timestamp?) -> Bool {
        guard let expireTime else { return true }
        return end.map { $0 <= expireTime } ?? false
    }
}
