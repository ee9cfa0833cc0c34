// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct UsageOutcomeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcome",
        abstract: "Report how a request ended that was allowed.",
        usage: "latchkey usage outcome <usage-id> <status> [<options>]",
        discussion: """
            Services report the outcomes of their requests by themselves, many at once;
            this is for trying it out, and for scripts.

            Example:
              latchkey usage outcome abZfMtLu7BcAAAAAAAAAAQ== 200
            """
    )

    @Argument(
        help: .init("The request's usage id, as `key validate -o json` tells it.", valueName: "usage-id"))
    var usageID: String

    @Argument(help: "The HTTP status that was sent, 100 to 599.")
    var status: UInt32

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let outcome = ReportedOutcome(usageID: try bytes(), httpStatus: status)
        try connection.show(
            try await connection.call(.reportOutcome(ReportOutcomeRequest(outcomes: [outcome]))))
    }

    /// From base64, with or without what stands for nothing.
    private func bytes() throws -> [UInt8] {
        let digits = usageID.hasSuffix("==") ? usageID.dropLast(2) : usageID[...]
        guard let bytes = SHA256Text.base64(Array(digits.utf8)), bytes.count == UsageID.byteCount else {
            throw ValidationError("a usage id is 16 bytes in base64")
        }
        return bytes
    }
}
