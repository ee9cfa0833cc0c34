// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import KeyTesting
import Testing

@testable import latchkey

/// Settings from flags, the environment and a file.
@Suite struct ConfigTests {
    /// Writes a file of settings.
    private func file(_ text: String, in directory: TemporaryDirectory, as name: String = "latchkey.yaml") throws
        -> String
    {
        let path = directory.path(name)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func source(_ settings: ServeSettings, _ name: String) -> String {
        (settings.sources[name] ?? .usual).text
    }

    @Test("a flag counts before a variable, that before the file, and that before the default")
    func order() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = try file(
            "data: /from/file\nevent-loops: 3\nlog-level: debug\nhistory: 2d\n", in: directory)
        let settings = try ServeSettings(
            ["--config", path, "--log-level=error"],
            environment: ["LATCHKEY_EVENT_LOOPS": "5", "LATCHKEY_LOG_LEVEL": "trace", "LATCHKEY_DURABILITY": ""])
        let command = try ServeCommand.parse(settings.arguments)
        let wanted = [
            "data": "/from/file", "event-loops": "5", "log-level": "error", "history": "2d", "durability": "strict",
        ]
        for (name, value) in wanted {
            #expect(ServeSetting.all.first { $0.name == name }?.value(command) == [value], "\(name)")
        }
        #expect(source(settings, "data") == "\(path), line 1")
        #expect(source(settings, "event-loops") == "LATCHKEY_EVENT_LOOPS")
        #expect(source(settings, "log-level") == "flag")
        #expect(source(settings, "history") == "\(path), line 4")
        #expect(source(settings, "durability") == "default")
    }

    @Test("YAML and JSON say the same, lists and flags too; the environment separates lists by commas")
    func formats() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let yaml = try file(
            """
            # A service.
            data: "d"
            listen: [":7412", "127.0.0.1:7413"]
            unix-admin:
              - 5
              - 6
            no-usage-log: true
            without-callers: false
            """, in: directory)
        let json = try file(
            """
            {"data": "d", "listen": [":7412", "127.0.0.1:7413"], "unix-admin": [5, 6], "no-usage-log": true,
             "without-callers": false}
            """, in: directory, as: "latchkey.json")
        let expected = [
            "--data=d", "--listen=:7412", "--listen=127.0.0.1:7413", "--no-usage-log", "--unix-admin=5",
            "--unix-admin=6",
        ].sorted()
        for path in [yaml, json] {
            let settings = try ServeSettings(["--config=\(path)"], environment: [:])
            #expect(settings.arguments.dropFirst().sorted() == expected, "\(path)")
            let named = try ServeSettings([], environment: ["LATCHKEY_CONFIG": path])
            #expect(named.arguments.sorted() == expected)
        }
        let variables = [
            "LATCHKEY_DATA": "d", "LATCHKEY_LISTEN": ":7412,127.0.0.1:7413", "LATCHKEY_UNIX_ADMIN": "5,6",
            "LATCHKEY_NO_USAGE_LOG": "true", "LATCHKEY_WITHOUT_CALLERS": "false",
        ]
        #expect(try ServeSettings([], environment: variables).arguments.sorted() == expected)
    }

    @Test(
        "what is wrong in a file is named with its line and what to do",
        arguments: [
            ("data: d\nevent-lops: 3", "line 2: there is no setting event-lops", "did you mean event-loops?"),
            ("logLevel: info", "line 1: there is no setting logLevel", "did you mean log-level?"),
            ("colour: red", "there is no setting colour", "names all of them"),
            ("event-loops: 300", "event-loops cannot be 300", "1 to 256"),
            ("event-loops: many", "event-loops cannot be many", "How many threads answer"),
            ("no-usage-log: perhaps", "no-usage-log cannot be perhaps", "true or false"),
            ("durability: [strict]", "durability is one plain value", "durability: value"),
            ("listen: [{a: b}]", "listen is a list of plain values", "listen: [a, b]"),
            ("- data", "is not a mapping", "name: value"),
            ("data: [", "parser", "YAML or JSON"),
            ("data: a\ndata: b", "duplicated", "YAML or JSON"),
        ])
    func faults(text: String, message: String, hint: String) throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = try file(text, in: directory)
        do {
            _ = try ServeSettings(["--config", path], environment: ["LATCHKEY_DATA": "d"])
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.message.contains(path) && error.message.contains(message), "\(error.message)")
            #expect(error.hint.contains(hint), "\(error.hint)")
            #expect(error.status == .usage)
        }
    }

    @Test("a wrong variable is named; a file that is not there, or is none, is refused")
    func sources() throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        for (variables, word) in [
            (["LATCHKEY_USAGE_AGE": "1m"], "(LATCHKEY_USAGE_AGE)"), (["LATCHKEY_CONFIG": "/nowhere.yaml"], "/nowhere"),
            (["LATCHKEY_CONFIG": directory.path("")], directory.path("")),
        ] {
            do {
                _ = try ServeSettings(["--data", "d"], environment: variables)
                Issue.record("taken: \(variables)")
            } catch {
                #expect(error.message.contains(word), "\(error.message)")
            }
        }
        let large = try file(String(repeating: "#", count: 1 << 20 + 1), in: directory)
        #expect(throws: CommandFailure.self) { try ServeSettings(["--config", large], environment: [:]) }
        let empty = try file("", in: directory)
        #expect(try ServeSettings(["--config", empty, "--data=d"], environment: [:]).sources == ["data": .flag])
    }

    @Test("every flag of serve is a setting, and every setting a flag")
    func complete() async throws {
        let serve = try await CommandDescription.program().find(["serve"]).command
        #expect(
            serve.flags.subtracting(["-h", "--help", "--version", "--config"]) == Set(ServeSetting.all.map(\.flag)))
    }

    @Test("serve takes its file; config check and show judge it without serving")
    func commands() async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = try file("data: \(directory.path("data"))\nusage-age: 2d\n", in: directory)
        let good = try await Program.run(["config", "check", "--config", path])
        #expect(good.status == 0 && good.output.hasPrefix("good: 2 settings given"), "\(good)")
        let shown = try await Program.run(
            ["config", "show", "--config", path, "-o", "ndjson", "--", "--listen", ":0"],
            environment: ["LATCHKEY_LOG_LEVEL": "error"])
        #expect(shown.output.contains(#"{"name":"usage-age","value":"2d","from":"\#(path), line 2"}"#))
        #expect(shown.output.contains(#"{"name":"listen","value":["127.0.0.1:0"],"from":"flag"}"#))
        #expect(shown.output.contains(#"{"name":"log-level","value":"error","from":"LATCHKEY_LOG_LEVEL"}"#))
        let bad = try await Program.run(["config", "check", "--config", path], environment: ["LATCHKEY_HISTORY": "x"])
        #expect(bad.status == 64 && bad.errors.contains("LATCHKEY_HISTORY"))
        let server = try Program(["serve", "--config", path, "--listen", "127.0.0.1:0", "--log-level", "info"])
        #expect(await server.line(containing: "\"listening\"") != nil)
        server.signal(SIGTERM)
        #expect(await server.status() == 0)
        #expect(FileManager.default.fileExists(atPath: directory.path("data")))
    }
}
