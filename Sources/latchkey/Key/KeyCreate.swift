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
                                (--grant <grant> ... | --unrestricted)
                                [--ip <cidr> ...] [--rate <rate>] [<options>]
            """,
        discussion: """
            A grant is RESOURCE:ACTION,... or RESOURCE:ACTION,...:FIELD,... The actions
            are create, read, update, delete and download, or * for all five. The
            resource * is every one, and a /* at its end everything below. Without
            fields it is all of them. In a name, a colon or a comma is written \\: or \\,
            and a backslash \\\\.

            A rate is N/PERIOD or N/PERIOD:BURST: so many requests in each period, and
            how many of them may come at once, N if it is not said.

            Examples:
              latchkey key create --account acme --user u-17 --name Build \\
                --unrestricted
              latchkey key create --account acme --user u-17 --name "Night export" \\
                --grant employees:read:name,email --grant 'reports/*:*' \\
                --ip 203.0.113.0/24 --ip 2001:db8::7 --rate 100/1m --expires 30d
              latchkey key create --account acme --user u-17 --name Orders \\
                --grant 'urn\\:shop\\:orders:read' --rate 10/1s:50 -o json
            """
    )

    @Option(
        help: "The account to count it against: [a-z0-9._-]. Comes into being with its first key.",
        completion: .accounts)
    var account: String

    @Option(help: "On whose behalf the key acts.")
    var user: String

    @Option(help: "A name for people.")
    var name: String

    @Option(help: "What it is for, up to 200 characters.")
    var description: String?

    @Option(
        help: .init("An address or CIDR block that it may be used from. (default: any)", valueName: "cidr"),
        transform: IPArgument.parse)
    var ip: [String] = []

    @Option(help: .init("What it may do with which resource.", valueName: "grant"), transform: GrantArgument.parse)
    var grant: [Grant] = []

    @Flag(help: "It may do everything.")
    var unrestricted = false

    @Option(help: .init("The API version to pin it to: YYYY-MM-DD.", valueName: "date"))
    var apiVersion: String?

    @Option(
        help: .init("How often it may be used, for example 100/1m. (default: as often as asked)", valueName: "rate"),
        transform: RateArgument.parse)
    var rate: RateLimit?

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never. (default: the account's, 365d)",
            valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var newToken: NewTokenOptions

    @OptionGroup var retry: RequestIDOption

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        // Not in validate(), which would be asked before a misspelt flag is complained of.
        guard grant.isEmpty == unrestricted else {
            throw CommandFailure(
                grant.isEmpty ? "nothing says what the key may do" : "a key has grants or is unrestricted, not both",
                hint: "give --grant RESOURCE:ACTION,... once or more, or --unrestricted", status: .usage)
        }
        let request = CreateKeyRequest(
            accountID: account, userID: user, name: name, description: description ?? "", allowedIPs: ip,
            grants: grant, unrestricted: unrestricted, apiVersion: apiVersion ?? "", expiry: expires?.expiry,
            rateLimit: rate, requestID: retry.bytes)
        try await newToken.make(.createKey(request), connection)
    }
}
