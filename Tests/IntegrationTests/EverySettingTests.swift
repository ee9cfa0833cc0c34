// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import KeyTesting
import Testing

@testable import latchkey

/// Every setting from every place, and what a flag, a variable and a file can undo of each other.
@Suite struct EverySettingTests {
    /// What each is given here: nothing that it is by default.
    private static let values: [String: [String]] = [
        "data": ["/d"], "store-key": ["/k"], "listen": ["127.0.0.1:7412", "[::1]:7413"], "unix": ["/a", "/b"],
        "event-loops": ["3"], "durability": ["interval:100"], "snapshot-interval": ["7m"], "history": ["2d"],
        "usage-bytes": ["2GiB"], "usage-age": ["3d"], "no-usage-log": ["true"], "unix-admin": ["5", "6"],
        "no-unix-admin": ["true"], "without-callers": ["true"], "tls-certificate": ["c.pem"], "tls-key": ["k.pem"],
        "tls-minimum": ["1.2"], "tls-client-ca": ["ca.pem"], "tls-callers": ["callers"], "accept-plaintext": ["true"],
        "accept-without-callers": ["true"], "connections": ["50"], "connections-per-peer": ["5"],
        "new-connections-per-second": ["700"],
        "calls-in-flight": ["60"], "calls-per-connection": ["6"], "handshake-deadline": ["1s"],
        "first-frame-deadline": ["2s"], "frame-deadline": ["3s"], "idle-deadline": ["4s"],
        "slow-reader-bytes": ["2MiB"], "queue-delay": ["20ms"], "failed-authorizations": ["5/1s:50"],
        "failed-validates": ["off"], "log-level": ["debug"],
    ]

    private func withFile(_ lines: [String], _ body: (String) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path("latchkey.yaml")
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        try body(path)
    }

    private func line(_ setting: ServeSetting, _ values: [String]) -> String {
        let texts = values.map { "\"\($0)\"" }
        return "\(setting.name): " + (setting.kind == .list ? "[\(texts.joined(separator: ", "))]" : texts.joined())
    }

    /// - Parameter places: 0 = the file, 1 = the environment, 2 = a flag; for each setting the next.
    @Test(
        "every setting can come from the file, from the environment and from a flag, and from one beside others there",
        arguments: [[0], [1], [2], [0, 1], [1, 0], [0, 1, 2], [2, 0, 1], [1, 2, 0]])
    func everywhere(places: [Int]) throws {
        #expect(Set(Self.values.keys) == Set(ServeSetting.all.map(\.name)))
        var (lines, environment, flags): ([String], [String: String], [String]) = ([], [:], [])
        for (index, setting) in ServeSetting.all.enumerated() {
            let values = Self.values[setting.name] ?? []
            switch places[index % places.count] {
            case 0: lines.append(line(setting, values))
            case 1: environment[setting.variable] = values.joined(separator: ",")
            default: flags += setting.arguments(values) ?? []
            }
        }
        try withFile(lines) { path in
            let settings = try ServeSettings(["--config=\(path)"] + flags, environment: environment)
            let command = try ServeCommand.parse(settings.arguments)
            for (index, setting) in ServeSetting.all.enumerated() {
                #expect(setting.value(command) == Self.values[setting.name], "\(setting.name)")
                let wanted = ["latchkey.yaml", setting.variable, "flag"][places[index % places.count]]
                #expect(settings.sources[setting.name]?.text.contains(wanted) == true, "\(setting.name)")
            }
        }
    }

    @Test("what goes together is refused alone, wherever it comes from")
    func together() throws {
        for name in ["tls-certificate", "tls-key", "tls-client-ca", "tls-callers"] {
            let setting = try #require(ServeSetting.all.first { $0.name == name })
            let settings = try ServeSettings(["--data=d"], environment: [setting.variable: "x"])
            #expect(throws: (any Error).self) { try ServeCommand.parse(settings.arguments) }
        }
    }

    @Test("an empty variable is as none, also that of a list, and leaves the word to the file")
    func emptyVariables() throws {
        let empty = Dictionary(uniqueKeysWithValues: ServeSetting.all.map { ($0.variable, "") })
        #expect(try ServeSettings(["--data=d"], environment: empty).sources == ["data": .flag])
        let lines = ServeSetting.all.map { line($0, Self.values[$0.name] ?? []) }
        try withFile(lines) { path in
            let command = try ServeCommand.parse(
                ServeSettings(["--config", path], environment: empty).arguments)
            for setting in ServeSetting.all {
                #expect(setting.value(command) == Self.values[setting.name], "\(setting.name)")
            }
        }
    }

    @Test("a list of nothing is refused, and is not the default", arguments: ["[]", "\"\"", "[\"\"]", "[\"a\", \"\"]"])
    func emptyLists(value: String) throws {
        for name in ["listen", "unix", "unix-admin"] {
            try withFile(["data: d", "\(name): \(value)"]) { path in
                let fault = #expect(throws: CommandFailure.self) {
                    try ServeSettings(["--config", path], environment: [:])
                }
                #expect(fault?.message == "\(name) cannot be empty (\(path), line 2)")
                #expect(fault?.hint.contains("leave it out") == true)
            }
        }
        #expect(throws: CommandFailure.self) { try ServeSettings(["--data=d"], environment: ["LATCHKEY_UNIX": ","]) }
    }

    @Test("--name=false undoes what a variable or the file says; the last of a name counts")
    func flags() throws {
        for setting in ServeSetting.all where setting.kind == .flag {
            let (yes, no) = ("\(setting.flag)=true", "\(setting.flag)=false")
            try withFile(["data: d", "\(setting.name): true"]) { path in
                let table: [([String], String)] = [
                    ([], "true"), ([no], "false"), ([yes], "true"), ([setting.flag], "true"), ([yes, no], "false"),
                    ([no, yes], "true"), ([setting.flag, no], "false"), ([no, setting.flag], "true"),
                ]
                for (words, wanted) in table {
                    for environment in [[:], [setting.variable: "true"]] {
                        let settings = try ServeSettings(["--config", path] + words, environment: environment)
                        #expect(setting.value(try ServeCommand.parse(settings.arguments)) == [wanted], "\(words)")
                        if !words.isEmpty { #expect(settings.sources[setting.name] == .flag) }
                    }
                }
            }
            let odd = try ServeSettings(["--data=d", "\(setting.flag)=perhaps"], environment: [:])
            #expect(throws: (any Error).self) { try ServeCommand.parse(odd.arguments) }
        }
    }
}
