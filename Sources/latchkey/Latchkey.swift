// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The program: a server, and the command line that speaks to one.
struct Latchkey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latchkey",
        abstract: "Issues API keys, and says whether a presented one may do what is asked.",
        discussion: """
            Try it:
              latchkey serve --data ./latchkey-data &
              latchkey key create --account acme --user u-17 --name Build \\
                --unrestricted
              latchkey key validate            (asks for the secret)
              latchkey usage tail --history
              latchkey audit list ./latchkey-data

            Every command that calls a server takes --address, --token-file, --timeout
            and --output, before or behind its name. Without --address it is
            $LATCHKEY_ADDRESS, else the first of these that is there:
              unix:./latchkey-data/latchkey.sock
              unix:/run/latchkey/latchkey.sock     (of a service of the system)
              127.0.0.1:7411

            Who makes a call is said by a caller's token: that of --token-file, else
            of $LATCHKEY_TOKEN. On the Unix socket the user whom the server runs as
            is an administrator without one; at 127.0.0.1 the token is used that a
            server has put beside its data, ./latchkey-data.admin-token.

            Exit status: 0 done, or the key is valid; 1 denied or refused; 64 wrong
            usage; 69 the server cannot be reached; 70 something is broken;
            75 try again later.
            """,
        version: "latchkey \(Version.text)",
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    ServeCommand.self, HealthCommand.self, WhoAmICommand.self, SnapshotCommand.self, BenchCommand.self,
                ]),
            CommandGroup(
                name: "Keys",
                subcommands: [KeyCommand.self, AccountCommand.self, UsageCommand.self, CallerCommand.self]),
            CommandGroup(name: "Files", subcommands: [DataCommand.self, AuditCommand.self, ConfigCommand.self]),
        ]
    )

    /// Does what the arguments say.
    static func run(_ arguments: [String]) async {
        do {
            var command = try await asyncParseAsRoot(ServeSettings.completed(GlobalOptions.hoisted(arguments)))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure.end(with: error, address: AddressOrigin(arguments))
        }
    }
}
