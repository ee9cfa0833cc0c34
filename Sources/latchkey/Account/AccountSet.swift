// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

struct AccountSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change an account's settings; makes it if there is none.",
        usage: """
            latchkey account set <account> [--max-active-keys <count>]
                                 [--default-lifetime <time>] [<options>]
            """,
        discussion: """
            What is not named stays as it is, and keys that are there stay as they
            are: lowering the cap below the number of active keys ends none of them,
            it only stops new ones.

            Examples:
              latchkey account set acme --max-active-keys 20
              latchkey account set acme --max-active-keys 0      (no cap)
              latchkey account set acme --default-lifetime 90d --token-prefix acme \\
                --require-public-ips
            """
    )

    @Argument(help: "The account's id.", completion: .accounts)
    var account: String

    @Option(help: .init("How many keys may be active at once; 0 = no cap.", valueName: "count"))
    var maxActiveKeys: UInt32?

    @Option(help: .init("When a new key ends that does not say it itself.", valueName: "time"))
    var defaultLifetime: HumanDuration?

    @Option(help: .init("How long old secrets work on when a re-keying does not say it, 0 to 30d.", valueName: "time"))
    var defaultOverlap: HumanDuration?

    @Option(help: .init("What new tokens begin with: up to 16 of [A-Za-z0-9_].", valueName: "prefix"))
    var tokenPrefix: String?

    @Flag(
        name: .customLong("require-public-ips"), inversion: .prefixedNo,
        help: "Whether the IP lists of keys may hold globally reachable addresses only.")
    var requirePublicIPs: Bool?

    @Option(
        help: .init(
            "How long after an upgrade a key's API version can be set back, 0 to 365d.", valueName: "time"))
    var downgradeWindow: HumanDuration?

    @OptionGroup var change: ChangeOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = UpdateAccountRequest(
            accountID: account, maxActiveKeys: maxActiveKeys, defaultLifetime: defaultLifetime?.span,
            tokenPrefix: tokenPrefix, requirePublicIPs: requirePublicIPs, downgradeWindow: downgradeWindow?.span,
            defaultOverlap: defaultOverlap?.span, expectedRevision: change.revision, requestID: change.requestID)
        let nothing = UpdateAccountRequest(
            accountID: account, expectedRevision: change.revision, requestID: change.requestID)
        if request == nothing {
            throw CommandFailure(
                "nothing to set", hint: "say what, for example --max-active-keys or --default-lifetime",
                status: .usage)
        }
        try connection.show(try await connection.call(.updateAccount(request)))
    }
}
