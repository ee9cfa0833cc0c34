// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey caller …`
struct CallerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caller",
        abstract: "Say who may make which calls.",
        discussion: """
            Callers are keys too, in an account of their own: what can be said of a
            key's end, its addresses and its re-keying is the same for a caller.
            """,
        subcommands: [
            CallerCreate.self, KeyGet<CallerKey>.self, CallerList.self, CallerUpdate.self,
            KeyDisable<CallerKey>.self, KeyEnable<CallerKey>.self, KeyRevoke<CallerKey>.self,
            KeyRekey<CallerKey>.self, KeyRetireSecrets<CallerKey>.self,
        ]
    )
}
