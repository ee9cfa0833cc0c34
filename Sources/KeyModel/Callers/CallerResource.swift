// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What calls work on, as the grants of a caller name it (R13).
public enum CallerResource: String, Sendable, CaseIterable {
    case keys
    case validation
    case usage
    case accounts
    case audit
    /// The callers themselves. "*" does not stand for it.
    case callers
    /// The service's own files.
    case store

    /// Whether it lies in accounts, so that a right to it can be narrowed to some.
    var isInAccounts: Bool {
        switch self {
        case .keys, .validation, .usage, .accounts, .audit: true
        case .callers, .store: false
        }
    }

    /// Where its actions are in a table.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Which actions on which resources.
struct CallerActions: Sendable, Equatable {
    private var actions = [ActionSet](repeating: [], count: CallerResource.allCases.count)

    var isEmpty: Bool { actions.allSatisfy(\.isEmpty) }

    mutating func add(_ new: ActionSet, on resource: CallerResource) { actions[resource.place].formUnion(new) }

    func allows(_ right: CallRight) -> Bool { actions[right.resource.place].contains(right.action) }

    func contains(_ other: CallerActions) -> Bool {
        zip(actions, other.actions).allSatisfy { $0.isSuperset(of: $1) }
    }

    func union(_ other: CallerActions) -> CallerActions {
        var union = self
        for resource in CallerResource.allCases { union.add(other.actions[resource.place], on: resource) }
        return union
    }
}
