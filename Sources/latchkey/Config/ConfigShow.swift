// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting, and where it comes from.",
        usage: "latchkey config show [--config <file>] [-o <format>] [-- <flags>]",
        discussion: """
            What a server would start with. A secret is never a setting: what is
            shown is the name of the file that holds it.

            Examples:
              latchkey config show --config /etc/latchkey.yaml
              LATCHKEY_DATA=./latchkey-data latchkey config show -o json
            """
    )

    @OptionGroup var options: ConfigOptions

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: .init("How to print the result.", valueName: "format"))
    var output = OutputFormat.table

    func run() throws {
        let (settings, command) = try options.settings()
        let rows = ServeSetting.all.map { setting in
            (setting, setting.value(command), settings.sources[setting.name] ?? .usual)
        }
        switch output {
        case .table:
            try StandardOutput.writeLine(Terminal.output.styled(line("SETTING", "VALUE", "FROM"), .bold))
            for (setting, values, source) in rows {
                try StandardOutput.writeLine(line(setting.name, values.joined(separator: ","), source.text))
            }
        case .ndjson: for row in rows { try StandardOutput.writeLine(json(row).line) }
        case .json: try StandardOutput.writeLine(JSONText.list(rows.map(json)).line)
        }
    }

    private func line(_ name: String, _ value: String, _ source: String) -> String {
        var line = TableLine()
        line.add(name, width: 18)
        line.add(value, width: 26)
        line.add(source)
        return line.text(for: .output)
    }

    private func json(_ row: (ServeSetting, [String], ServeSettings.Source)) -> JSONText {
        let (setting, values, source) = row
        let value: JSONText? =
            switch setting.kind {
            case .list: .list(values.map(JSONText.text))
            case .flag: .flag(values == ["true"])
            case .value: values.first.map(JSONText.text)
            }
        return .object([("name", .text(setting.name)), ("value", value), ("from", .text(source.text))])
    }
}
