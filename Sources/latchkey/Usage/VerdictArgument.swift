// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// A verdict by its name, in any case.
struct VerdictArgument: ExpressibleByArgument {
    let verdict: Verdict

    init?(argument: String) {
        let name = argument.uppercased().replacing("-", with: "_")
        guard let verdict = Verdict.allCases.first(where: { $0.name == name }) else { return nil }
        self.verdict = verdict
    }
}
