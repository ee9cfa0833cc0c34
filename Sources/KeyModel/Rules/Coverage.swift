// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What the grants of a key say of one resource and action.
public struct Coverage: Sendable, Equatable {
    /// The fields of the only grant that covers it, if they are not of several.
    private(set) var fieldSet = FieldSets.none
    private(set) var isSeveral = false

    public init() {}

    /// No grant covers it.
    public var isNothing: Bool { fieldSet == FieldSets.none }
    /// It is covered, with all of its fields.
    public var isEverything: Bool { fieldSet == FieldSets.all }

    mutating func add(_ other: UInt16) {
        if fieldSet == FieldSets.all || fieldSet == other { return }
        if other == FieldSets.all {
            (fieldSet, isSeveral) = (other, false)
        } else {
            isSeveral = isSeveral || fieldSet != FieldSets.none
            fieldSet = other
        }
    }
}
