// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The tables of every command's flags, as docs/OPERATIONS.md shows them.
struct FlagTables {
    private let program: CommandDescription
    /// What every command takes that calls a server: a table of its own.
    private static let ofEveryCall = [
        "--address", "--timeout", "--output", "--token-file", "--tls-ca", "--tls-certificate", "--tls-key",
    ]

    init(_ program: CommandDescription) {
        self.program = program
    }

    var lines: [String] {
        var lines: [String] = []
        if let call = program.leaves().first(where: { isCall($0.command) }) {
            lines += ["", "### Every command that calls a server", ""]
            lines += table((call.command.arguments ?? []).filter(isOfEveryCall)) + [""]
        }
        for (words, command) in program.leaves() {
            let calls = isCall(command)
            let shown = (command.arguments ?? []).filter { argument in
                argument.shouldDisplay && !isForAll(argument) && !(calls && isOfEveryCall(argument))
            }
            lines += ["### `\(words)`", "", command.abstract ?? "", ""]
            if !shown.isEmpty { lines += table(shown) + [""] }
            if calls { lines += ["And those of every command that calls a server.", ""] }
        }
        return lines
    }

    private func isCall(_ command: CommandDescription) -> Bool { command.flags.isSuperset(of: Self.ofEveryCall) }

    private func isOfEveryCall(_ argument: CommandDescription.Argument) -> Bool {
        !Set((argument.names ?? []).map(\.text)).isDisjoint(with: Self.ofEveryCall)
    }

    private func isForAll(_ argument: CommandDescription.Argument) -> Bool {
        !Set((argument.names ?? []).map(\.text)).isDisjoint(with: ["--help", "--version"])
    }

    private func table(_ arguments: [CommandDescription.Argument]) -> [String] {
        ["| Flag | Default | |", "|---|---|---|"]
            + arguments.map { argument in
                let meaning = (argument.abstract ?? "").replacing("|", with: "\\|").replacing("\n", with: " ")
                return "| \(name(of: argument)) | \(usual(argument)) | \(meaning) |"
            }
    }

    private func name(of argument: CommandDescription.Argument) -> String {
        let value = "<\(argument.valueName ?? "value")>"
        let names = (argument.names ?? []).map(\.text)
        switch argument.kind {
        case "flag": return names.map { "`\($0)`" }.joined(separator: ", ")
        case "option": return names.map { "`\($0) \(value)`" }.joined(separator: ", ")
        default: return "`\(value)`"
        }
    }

    private func usual(_ argument: CommandDescription.Argument) -> String {
        if let value = argument.defaultValue { return "`\(value)`" }
        return argument.isOptional || argument.isRepeating || argument.kind == "flag" ? "" : "required"
    }
}
