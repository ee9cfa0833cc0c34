// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct KeyImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over another system's keys: their tokens work on.",
        usage: """
            latchkey key import <file> [--dry-run] [<options>]
            latchkey key import - [--dry-run] [<options>] <keys.ndjson
            """,
        discussion: """
            One key a line, as JSON:
              {"tokenSha256":"9f86...","accountId":"acme","userId":"u-1","name":"Build",
               "unrestricted":true}
            Beside these: hint, description, allowedIps, grants, apiVersion, expireTime,
            revokeTime, createTime and rateLimit, as ImportedKey of the contract has
            them. tokenSha256 is the SHA-256 of the whole token, in hexadecimal or
            base64. In its place may stand the token: then it is hashed here, and
            neither sent nor shown.

            The whole file is looked at first: when a line is not such JSON, nothing is
            imported, and the exit status is 64. A key that the server refuses is told
            by its line, and the others are imported; the status is then 1. A token
            that was imported before is left as it is. So an import that was cut short
            is run again, and goes on. An account's cap on active keys holds for these
            too: lift it before, with `latchkey account set`.

            --dry-run has the server check every key and change nothing. It holds each
            hundred by itself against what is there: a cap that they reach together
            shows only when it is done.

            Examples:
              latchkey key import keys.ndjson --dry-run
              latchkey key import keys.ndjson
            """
    )

    @Argument(help: "One key a line, as JSON; - for standard input.", completion: .file())
    var file: String

    @Flag(help: "Check every key, and change nothing.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let looking = Progress(doing: "looking at \(file == "-" ? "standard input" : file), bytes", total: 0)
        defer { looking.end() }
        let source = try ImportFile(checking: file) { done, total in looking.reach(done, of: total) }
        looking.end()
        let client = try connection.client()
        var importer = Importer(client, isDryRun: dryRun, rows: source.rows)
        do {
            try await importer.run(source)
        } catch {
            await client.close()
            let end = dryRun ? "" : "; run it again, and it goes on: what is there is left as it is"
            StandardError.write("It ended early: \(importer.tally.words) until then\(end).\n")
            throw error
        }
        await client.close()
        let tally = importer.tally
        try tally.show(connection.output, isDryRun: dryRun)
        for reason in tally.reasons {
            guard let hint = Hint.text(for: Refusal(.failedPrecondition, reason, "")) else { continue }
            StandardError.tell(hint, heading: "hint: ")
        }
        if tally.refused > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
