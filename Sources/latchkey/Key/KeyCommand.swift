// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey key …`
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Issue, change, end and check keys.",
        subcommands: [
            KeyCreate.self, KeyGet.self, KeyUpdate.self, KeyDisable.self, KeyEnable.self, KeyRevoke.self, KeyRekey.self,
            KeyRetireSecrets.self, KeyValidate.self,
        ]
    )
}
