// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct KeyUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a key: its name, what it may do, from where, how often, until when.",
        usage: """
            latchkey key update <id> [--name <name>] [--grant <grant> ...]
                                [--ip <cidr> ...] [--expires <when>] [<options>]
            """,
        discussion: """
            What is not named stays as it is. Grants and addresses that are named take
            the place of all that there were. An expired key works again when its
            expiry is moved into the future. `latchkey help key create` says how grants
            and rates are written.

            Examples:
              latchkey key update 4mVb0QaX9dEF --name "Build, new" --expires 90d
              latchkey key update 4mVb0QaX9dEF --description ""
              latchkey key update 4mVb0QaX9dEF --ip 203.0.113.0/24 --no-rate
              latchkey key update 4mVb0QaX9dEF --grant employees:read \\
                --expect-revision 12
            """
    )

    @OptionGroup var key: KeyArgument<AnyKey>

    @Option(help: "A new name.")
    var name: String?

    @Option(help: "A new description; empty takes it away.")
    var description: String?

    @Option(help: "On whose behalf it acts from now on.")
    var user: String?

    @OptionGroup var addresses: IPChangeOptions

    @Option(
        help: .init("What it may do with which resource, instead of what it could before.", valueName: "grant"),
        transform: GrantArgument.parse)
    var grant: [Grant] = []

    @Flag(help: "It may do everything; takes its grants away.")
    var unrestricted = false

    @Option(
        help: .init(
            "The API version to pin it to: YYYY-MM-DD. An earlier one only until the deadline that it shows.",
            valueName: "date"))
    var apiVersion: String?

    @Option(
        help: .init("How often it may be used, for example 100/1m.", valueName: "rate"), transform: RateArgument.parse)
    var rate: RateLimit?

    @Flag(help: "It may be used as often as asked.")
    var noRate = false

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never.", valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        // Not in validate(), which would be asked before a misspelt flag is complained of.
        try addresses.check()
        try CommandFailure.refuseBoth("--grant", !grant.isEmpty, "--unrestricted", unrestricted)
        try CommandFailure.refuseBoth("--rate", rate != nil, "--no-rate", noRate)
        let request = UpdateKeyRequest(
            keyID: key.id, name: name, description: description, userID: user,
            allowedIPs: addresses.allowedIPs, grants: grant.isEmpty ? nil : grant,
            unrestricted: unrestricted ? true : nil, apiVersion: apiVersion, expiry: expires?.expiry,
            rateLimit: noRate ? .clear : rate.map { .set($0) }, expectedRevision: change.revision,
            requestID: change.requestID)
        let nothing = UpdateKeyRequest(
            keyID: key.id, expectedRevision: change.revision, requestID: change.requestID)
        if request == nothing {
            throw CommandFailure(
                "nothing to change", hint: "say what, for example --name, --grant, --ip or --expires", status: .usage)
        }
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
