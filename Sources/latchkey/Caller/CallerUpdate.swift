// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct CallerUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a caller: its name, what it may do, from where, until when.",
        usage: """
            latchkey caller update <id> [--name <name>]
                                   [--role <role> | --grant <grant> ...]
                                   [--account <account> ...] [--ip <cidr> ...]
                                   [--expires <when>] [<options>]
            """,
        discussion: """
            What is not named stays as it is. Rights and addresses that are named take
            the place of all that there were, at the very next call, on connections
            that are open too. `latchkey help caller create` says what rights there are.

            Examples:
              latchkey caller update 4mVb0QaX9dEF --role validator --account acme
              latchkey caller update 4mVb0QaX9dEF --grant keys:read,update \\
                --grant usage:read
              latchkey caller update 4mVb0QaX9dEF --clear-ips --expires never
            """
    )

    @OptionGroup var key: KeyArgument<CallerKey>

    @Option(help: "A new name.")
    var name: String?

    @Option(help: "A new description; empty takes it away.")
    var description: String?

    @Option(help: "Who answers for it from now on.")
    var user: String?

    @OptionGroup var rights: CallerRightsOptions

    @OptionGroup var addresses: IPChangeOptions

    @Option(
        help: .init(
            "When it ends: a time from now (30d, 12h), a date, an RFC 3339 time, or never.", valueName: "when"))
    var expires: ExpiryArgument?

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try addresses.check()
        let request = UpdateKeyRequest(
            keyID: key.id, name: name, description: description, userID: user, allowedIPs: addresses.allowedIPs,
            grants: rights.isEmpty ? nil : try rights.grants(), expiry: expires?.expiry,
            expectedRevision: change.revision, requestID: change.requestID)
        let nothing = UpdateKeyRequest(
            keyID: key.id, expectedRevision: change.revision, requestID: change.requestID)
        if request == nothing {
            throw CommandFailure(
                "nothing to change", hint: "say what, for example --name, --role, --grant, --ip or --expires",
                status: .usage)
        }
        try await CallerKey.check(key.id, connection)
        try connection.show(try await connection.call(.updateKey(request)))
    }
}
