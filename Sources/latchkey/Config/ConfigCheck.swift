// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyServer

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the settings that a server would start with.",
        usage: "latchkey config check [--config <file>] [-- <flags>]",
        discussion: """
            Reads what `latchkey serve` would read: its flags, the environment, the
            file, and what that names for TLS. Opens no store and no socket. Exit
            status 0 when a server would take the settings, else 64, with the first
            thing that is wrong, where it is written, and what to do about it.

            Examples:
              latchkey config check --config /etc/latchkey.yaml
              LATCHKEY_DATA=./latchkey-data latchkey config check
            """
    )

    @OptionGroup var options: ConfigOptions

    func run() throws {
        let (settings, command) = try options.settings()
        do {
            _ = try command.door(besidePassed: 0)
        } catch let error as FrameServer.StartError {
            throw CommandFailure(error.description, status: .usage)
        }
        let count = Grouped.count(settings.sources.count, "setting")
        try StandardOutput.writeLine(
            "good: \(count) given, \(ServeSetting.all.count - settings.sources.count) by default")
    }
}
