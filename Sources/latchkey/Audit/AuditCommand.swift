// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `latchkey audit …`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "See who changed what, and prove that nothing was removed.",
        subcommands: [AuditList.self, AuditVerify.self])
}
