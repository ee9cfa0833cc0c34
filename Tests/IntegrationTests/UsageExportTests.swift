// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// `usage export`: a file that has every record once, whatever happens meanwhile.
@Suite struct UsageExportTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func sequences(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map { line in
            String(line.firstMatch(of: /^(?:\{"sequence":")?([0-9]+)/)?.1 ?? "")
        }
    }

    @Test("R17, B3: an export goes on behind its last whole line, and a torn one is written again")
    func resumes() async throws {
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let address = server.arguments
        let secret = try await client.makeKey().secret
        for name in ["a.ndjson", "a.csv"] {
            let path = directory.path(name)
            func export(_ options: String...) async throws -> Program.Run {
                try await Program.run(["usage", "export", path] + options + address)
            }
            for _ in 1...3 { _ = try await client.validate(ValidateRequest(secret: secret, path: "/a")) }
            let first = try await export()
            #expect(first.status == 0 && first.output.isEmpty && first.errors.isEmpty, "\(first)")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let again = try await export()
            #expect(again.status == 64 && again.errors.contains("is there already"))
            #expect(try await export("--resume").status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole, "nothing was new")
            // Wherever it was torn, inside of a line or of its end.
            let cuts = [1, 2, 40, whole.count / 2, whole.count - 10, whole.count]
            for cut in cuts {
                try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
                let run = try await export("--resume")
                #expect(run.status == 0, "\(run)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole, "\(name) without \(cut) bytes")
            }
            _ = try await client.validate(ValidateRequest(secret: secret, path: "/b"))
            // An event is there once it was numbered, which takes a moment.
            while try !String(contentsOfFile: path, encoding: .utf8).contains("/b") {
                #expect(try await export("--resume").status == 0)
            }
            let found = try sequences(path).filter { !$0.isEmpty }
            #expect(found == (1...found.count).map(String.init))
            #expect(try await export("--force", "--limit", "2").status == 0)
            #expect(try sequences(path).filter { !$0.isEmpty } == ["1", "2"])
        }
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("an export that goes on is not emptied by another with --force")
    func locked() async throws {
        let server = try await ServeProcess(data: directory.path("data"))
        let path = directory.path("a.ndjson")
        try Data("what is there\n".utf8).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let run = try await Program.run(
            ["usage", "export", path, "--force"] + server.arguments)
        #expect(run.status == 75 && run.errors.contains("another export"), "\(run)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "what is there\n")
        #expect(await server.stop() == 0)
    }

    @Test("an export is never written over what is none, and --resume wants the format that is there")
    func refuses() async throws {
        let server = try await ServeProcess(data: directory.path("data"))
        let client = server.client()
        let secret = try await client.makeKey().secret
        _ = try await client.validate(ValidateRequest(secret: secret))
        await client.close()
        let path = directory.path("notes")
        for text in ["my notes", "my notes\n", "{\"a\":1}\n", "sequence,kind\n", "{\"sequence\":\"x\"}\n"] {
            for format in ["ndjson", "csv"] {
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                let run = try await Program.run(
                    [
                        "usage", "export", path, "--resume", "--format", format,
                    ] + server.arguments)
                #expect(run.status == 64 && run.errors.contains("is not an export"), "\(text) \(run)")
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            }
        }
        // A server that is not there costs nothing, --force or not.
        let away = try await Program.run(["usage", "export", path, "--force", "--address", "unix:/nowhere"])
        #expect(away.status == 69 && FileManager.default.contents(atPath: path)?.isEmpty == false)
        #expect(await server.stop() == 0)
    }

    @Test("R17, B3: over kill -9 of the server and of itself an export that follows has every event once, or a gap")
    func killed() async throws {
        let socket = directory.path("s")
        let path = directory.path("usage.ndjson")
        var server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
        let command = ["usage", "export", path, "--resume", "--follow", "--address", "unix:\(socket)"]
        var export = try Program(command)
        var secret = ""
        for cycle in 0..<3 {
            let client = server.client()
            if secret.isEmpty { secret = try await client.makeKey().secret }
            for number in 0..<200 {
                _ = try await client.validate(ValidateRequest(secret: secret, path: "/\(cycle)/\(number)"))
                if number == 100 {
                    export.signal(SIGKILL)
                    _ = await export.status()
                    export = try Program(command)
                }
            }
            await server.kill()
            await client.close()
            server = try await ServeProcess(data: directory.path("data"), extra: ["--unix", socket])
        }
        let client = server.client()
        _ = try await client.validate(ValidateRequest(secret: secret, path: "/end"))
        while (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\"/end\"") != true { await Task.yield() }
        export.signal(SIGINT)
        #expect(await export.status() == 0)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var next: UInt64 = 1
        var events = 0
        for line in lines {
            let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let sequence = try #require((record["sequence"] as? String).flatMap { UInt64($0) })
            if let gap = record["gap"] as? [String: Any] {
                #expect(gap["firstSequence"] as? String == "\(next)")
            } else {
                #expect(sequence == next, "\(line)")
                events += 1
            }
            next = sequence + 1
        }
        #expect(events > 500)
        let kept = try await Program.run(["usage", "export", "-", "--address", "unix:\(socket)"])
        #expect(kept.output == lines.map { $0 + "\n" }.joined(), "whoever comes later finds the same")
        await client.close()
        #expect(await server.stop() == 0)
    }

    @Test("CSV is that of RFC 4180, a record a line, and no text in it is a formula")
    func csv() {
        for (text, field) in [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("a;=b", "\"a;=b\""), ("\t=1", "\"'\u{FFFD}=1\""),
            ("a\r\nb", "a\u{FFFD}\u{FFFD}b"), ("＝1", "\"'＝1\""), ("", ""),
        ] {
            var row = CSVText()
            row.add(own: "1")
            row.add(text)
            #expect(row.ended() == "1,\(field)\r\n")
        }
        let columns = UsageCSV.head.split(separator: ",").count
        let gap = UsageRecord(
            sequence: 9, kind: .gap(UsageGap(firstSequence: 4, count: 6, reason: UsageGap.restarted)))
        let line = UsageCSV.line(gap)
        #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns)
        #expect(line.hasPrefix("9,gap,,") && line.hasSuffix(",4,6,RESTART\r\n"))
    }

    @Test("the format follows the file's ending")
    func endings() {
        #expect(UsageExportFormat(path: "/a/B.CSV") == .csv && UsageExportFormat(path: "x.jsonl") == .ndjson)
        #expect(UsageExportFormat(path: "csv") == nil)
    }
}
