// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Issue a key. Its secret is shown this once.",
        usage: """
            latchkey key create --account <account> --user <user> --name <name>
                                --unrestricted [<options>]
            """,
        discussion: """
            Examples:
              latchkey key create --account acme --user u-17 --name Build \\
                --unrestricted
              latchkey key create --account acme --user u-17 --name "Night export" \\
                --unrestricted --expires 30d -o json
            """
    )

    @Option(help: "The account to count it against: [a-z0-9._-]. Comes into being with its first key.")
    var account: String

    @Option(help: "On whose behalf the key acts.")
    var user: String

    @Option(help: "A name for people.")
    var name: String

    @Option(help: "What it is for, up to 200 characters.")
    var description: String?

    @Flag(help: "It may do everything. Required, for now: this version has no grants.")
    var unrestricted = false

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never. (default: the account's, 365d)",
            valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard unrestricted else {
            throw ValidationError("a key has grants or is unrestricted; this version has no grants: add --unrestricted")
        }
    }

    func run() async throws {
        let request = CreateKeyRequest(
            accountID: account, userID: user, name: name, description: description ?? "", unrestricted: unrestricted,
            expiry: expires?.expiry)
        try connection.showNewSecret(try await connection.call(.createKey(request)))
    }
}
