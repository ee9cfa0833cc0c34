// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey usage …`
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "See who used which key for what.",
        subcommands: [
            UsageTail.self, UsageList.self, UsageExport.self, UsageTop.self, UsageOutcomeCommand.self,
        ])
}
