// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a key may do with one kind of resource (R11).
public struct Grant: Sendable, Hashable {
    /// A name; "*" for every resource, a trailing "/*" for everything below.
    public var resource: String
    /// At least one.
    public var actions: ActionSet
    /// The fields it may touch; empty = all.
    public var fields: [String]

    public init(resource: String, actions: ActionSet, fields: [String] = []) {
        self.resource = resource
        self.actions = actions
        self.fields = fields
    }
}

/// Some of the five actions: bit n is the action with the number n.
public struct ActionSet: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public init(_ actions: some Sequence<Action>) {
        self.init(rawValue: actions.reduce(0) { $0 | 1 << UInt8($1.rawValue) })
    }

    /// One that no number of the contract stands for, as a request may hold; no rule lets it through.
    public static let unknown = ActionSet(rawValue: 1)

    public static let all = ActionSet(Action.allCases)

    public func contains(_ action: Action) -> Bool { rawValue & 1 << UInt8(action.rawValue) != 0 }

    /// In the order of their numbers.
    public var actions: [Action] { Action.allCases.filter(contains) }
}
