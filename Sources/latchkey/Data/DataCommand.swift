// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey data …`
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Look into a store's files, and mend what can be mended.",
        subcommands: [DataVerify.self, DataDump.self, DataNewAdmin.self])
}
