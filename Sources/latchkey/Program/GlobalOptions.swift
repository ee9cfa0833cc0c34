// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The options that may stand before the verb too: `latchkey -o json key get ID`.
enum GlobalOptions {
    private static let names: Set = [
        "--address", "--timeout", "--output", "-o", "--token-file", "--tls-ca", "--tls-certificate", "--tls-key",
    ]

    /// The arguments with such options moved behind the verb, where the verb's own command reads them. An option that
    /// is given on both sides is read last behind the verb, and so counts there.
    static func hoisted(_ arguments: [String]) -> [String] {
        var command: any ParsableCommand.Type = Latchkey.self
        var path: [String] = []
        var moved: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if let next = subcommand(first, of: command) {
                command = next
                path.append(first)
                rest.removeFirst()
            } else if names.contains(first), rest.count >= 2 {
                moved += rest.prefix(2)
                rest.removeFirst(2)
            } else if isAttached(first) {
                moved.append(first)
                rest.removeFirst()
            } else {
                break
            }
        }
        return path + moved + rest
    }

    private static func subcommand(
        _ name: String, of command: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type)? {
        command.configuration.subcommands.first { $0.configuration.commandName == name }
    }

    /// `--address=X`, `-oX`.
    private static func isAttached(_ argument: String) -> Bool {
        if argument.hasPrefix("--") {
            return argument.split(separator: "=").first.map { names.contains("\($0)") } ?? false
        }
        return argument.hasPrefix("-o") && argument.count > 2
    }
}
