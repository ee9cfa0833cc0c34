// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// What the commands have that look at settings without serving.
struct ConfigOptions: ParsableArguments {
    @Option(help: .init("The file of settings. Also $LATCHKEY_CONFIG.", valueName: "file"), completion: .file())
    var config: String?

    @Argument(
        parsing: .postTerminator,
        help: .init("Flags of `latchkey serve`, behind --.", valueName: "flags"))
    var flags: [String] = []

    /// The settings, and what would be served with them.
    func settings() throws -> (settings: ServeSettings, command: ServeCommand) {
        let given = (config.map { ["--config=\($0)"] } ?? []) + flags
        let settings = try ServeSettings(given, environment: Environment.all)
        return (settings, try ServeCommand.parse(settings.arguments))
    }
}
