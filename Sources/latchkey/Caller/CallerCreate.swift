// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct CallerCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a caller. Its token is shown this once.",
        usage: """
            latchkey caller create --name <name>
                                   (--role <role> | --grant <grant> ...)
                                   [--account <account> ...] [--ip <cidr> ...]
                                   [--expires <when>] [--write-token <file>]
                                   [<options>]
            """,
        discussion: """
            Roles: an administrator may do everything, make callers too; an issuer makes,
            changes and ends keys; a validator asks whether a key is valid, and
            reports how its requests ended; an auditor sees keys, accounts and
            usage, and changes nothing. A grant is RESOURCE:ACTION,... on keys, validation, usage,
            accounts, audit, store or callers; * is all of them but callers. With
            --account they are narrowed to that account.

            Nobody makes a caller who may do more than he. The token goes to standard
            output, or into a file that only its owner may read: a service reads it
            there, or from LATCHKEY_TOKEN.

            Examples:
              latchkey caller create --name "Orders service" --role validator \\
                --write-token ./orders.token
              latchkey caller create --name "Acme's desk" --role issuer \\
                --account acme --ip 10.1.0.0/16 --expires 90d
              latchkey caller create --name Billing --grant usage:read
            """
    )

    @Option(help: "A name for people.")
    var name: String

    @Option(help: "What it is for, up to 200 characters.")
    var description: String?

    @Option(help: "Who answers for it.")
    var user = "caller"

    @OptionGroup var rights: CallerRightsOptions

    @Option(
        help: .init("An address or CIDR block that it may call from. (default: any)", valueName: "cidr"),
        transform: IPArgument.parse)
    var ip: [String] = []

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never. (default: never)",
            valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var newToken: NewTokenOptions

    @OptionGroup var retry: RequestIDOption

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = CreateKeyRequest(
            accountID: AccountSettings.callersID, userID: user, name: name, description: description ?? "",
            allowedIPs: ip, grants: try rights.grants(), expiry: expires?.expiry ?? .never, requestID: retry.bytes)
        try await newToken.make(.createKey(request), connection)
    }
}
