// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey key …`
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Issue, list, change, end, check and import keys.",
        subcommands: [
            KeyCreate.self, KeyGet<AnyKey>.self, KeyList.self, KeyUpdate.self, KeyDisable<AnyKey>.self,
            KeyEnable<AnyKey>.self, KeyRevoke<AnyKey>.self, KeyRevokeAll.self, KeyRekey<AnyKey>.self,
            KeyRetireSecrets<AnyKey>.self, KeySuperseded.self, KeyValidate.self, KeyImport.self, KeyExport.self,
        ]
    )
}
