// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Which actions on which resources.
struct CallerActions: Sendable, Equatable {
    private var actions = [ActionSet](repeating: [], count: CallerResource.allCases.count)

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
