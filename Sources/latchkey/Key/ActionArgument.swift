// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// `create`, `read`, `update`, `delete` or `download`.
struct ActionArgument: ExpressibleByArgument {
    let action: Action

    init?(argument: String) {
        guard let action = Action.allCases.first(where: { "\($0)" == argument.lowercased() }) else { return nil }
        self.action = action
    }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
    static var allValueStrings: [String] { Action.allCases.map { "\($0)" } }
}
