// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import latchkey

/// The table of settings is what the code says. With `LATCHKEY_WRITE_DOCUMENTS` set, it is written.
@Suite struct ConfigurationDocumentTests {
    private static let path = "docs/CONFIGURATION.md"

    @Test("every setting is in the table of CONFIGURATION.md, with its flag, its variable and its default")
    func table() async throws {
        var document = try Document(Self.path)
        let place = try #require(document.generated("settings"))
        let made = try await lines()
        if ProcessInfo.processInfo.environment["LATCHKEY_WRITE_DOCUMENTS"] != nil {
            document.lines.replaceSubrange(place, with: made)
            try document.write()
        } else {
            #expect(Array(document.lines[place]) == made, "write it anew: LATCHKEY_WRITE_DOCUMENTS=1")
        }
    }

    private func lines() async throws -> [String] {
        let serve = try await CommandDescription.program().find(["serve"]).command
        let head = ["", "| In a file | In the environment | Value | Default | |", "|---|---|---|---|---|"]
        let rows = try ServeSetting.all.map { setting in
            let flag = try #require(
                serve.arguments?.first { ($0.names ?? []).map(\.text).contains(setting.flag) }, "\(setting.name)")
            let value =
                switch setting.kind {
                case .value: flag.valueName ?? "value"
                case .list: "list of \(flag.valueName ?? "value")"
                case .flag: "true or false"
                }
            let usual = setting.kind == .flag ? "false" : flag.defaultValue ?? ""
            let meaning = (flag.abstract ?? "").replacing("|", with: "\\|").replacing("\n", with: " ")
            return
                "| `\(setting.name)` | `\(setting.variable)` | \(value) | \(usual.isEmpty ? "" : "`\(usual)`") | \(meaning) |"
                .replacing("|  |", with: "| |")
        }
        return head + rows + [""]
    }
}
