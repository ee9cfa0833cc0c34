// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey account …`
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Show, list and change accounts.",
        subcommands: [AccountGet.self, AccountSet.self, AccountList.self])
}
