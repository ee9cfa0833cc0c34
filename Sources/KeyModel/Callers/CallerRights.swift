// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a caller may do: what its grants say, as the service reads them (R13).
///
/// A grant's resource is "keys", "validation", "usage", "accounts", "audit", "callers" or "store"; "*" for all of them
/// but "callers"; or "ACCOUNT/" before one of the first five or before "*", for that account alone.
public struct CallerRights: Sendable, Equatable {
    private var everywhere = CallerActions()
    private var inAccounts: [String: CallerActions] = [:]

    private init() {}

    /// Those of an administrator: everything, callers included.
    public static let administrator: CallerRights = {
        var rights = CallerRights()
        for resource in CallerResource.allCases { rights.everywhere.add(.all, on: resource) }
        return rights
    }()

    /// The grants that say so.
    public static let administratorGrants = [
        Grant(resource: "*", actions: .all), Grant(resource: "callers", actions: .all),
    ]

    /// - Throws: INVALID_ARGUMENT, naming every grant that is no caller's.
    public init(_ grants: [Grant]) throws(Refusal) {
        var violations: [FieldViolation] = []
        for (index, grant) in grants.enumerated() {
            if !grant.fields.isEmpty {
                violations.append(FieldViolation("grants[\(index)].fields", "a caller's grant has no fields"))
            }
            if let fault = add(grant) { violations.append(FieldViolation("grants[\(index)].resource", fault)) }
        }
        if !violations.isEmpty { throw .invalid(violations) }
    }

    /// What is wrong with it, or `nil`.
    private mutating func add(_ grant: Grant) -> String? {
        let parts = grant.resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let resources = parts.last.map { Self.resources($0) } ?? []
        if parts.count == 1 {
            for resource in resources { everywhere.add(grant.actions, on: resource) }
        } else {
            let account = String(parts[0])
            if let fault = FieldRule.accountID(account) { return "the account before \"/\" \(fault)" }
            let narrowed = resources.filter(\.isInAccounts)
            if !resources.isEmpty, narrowed.isEmpty {
                return "\(resources[0].rawValue) cannot be narrowed to an account"
            }
            for resource in narrowed { inAccounts[account, default: CallerActions()].add(grant.actions, on: resource) }
        }
        if !resources.isEmpty { return nil }
        let names = CallerResource.allCases.map(\.rawValue).joined(separator: ", ")
        return "must be *, one of \(names), or ACCOUNT/ before one of them"
    }

    private static func resources(_ name: Substring) -> [CallerResource] {
        if name == "*" { return CallerResource.allCases.filter { $0 != .callers } }
        return CallerResource(rawValue: String(name)).map { [$0] } ?? []
    }

    /// In which accounts it has a right.
    public func scope(of right: CallRight) -> AccountScope {
        AccountScope(
            isEverything: everywhere.allows(right), withCallers: everywhere.allows(right.inCallersAccount()),
            accounts: Set(inAccounts.filter { $0.value.allows(right) }.keys))
    }

    /// Whether it has a right to what lies in no account.
    public func allows(_ right: CallRight) -> Bool { everywhere.allows(right) }

    /// Whether it may do all that another may.
    public func contains(_ other: CallerRights) -> Bool {
        everywhere.contains(other.everywhere)
            && other.inAccounts.allSatisfy { account, actions in
                everywhere.union(inAccounts[account] ?? CallerActions()).contains(actions)
            }
    }
}
