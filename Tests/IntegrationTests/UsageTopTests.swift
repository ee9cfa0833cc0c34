// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyTesting
import Testing

@testable import latchkey

/// `usage top`: what it counts, what it draws, and how it leaves the terminal.
@Suite struct UsageTopTests {
    private static let enter = "\u{1B}[?1049h"
    private static let leave = "\u{1B}[?25h\u{1B}[?1049l"

    private func event(_ key: String, _ verdict: Verdict, from address: String, superseded: Bool = false) -> UsageRecord
    {
        UsageRecord(
            sequence: 1,
            kind: .event(
                UsageEvent(
                    time: Timestamp(nanoseconds: 0), verdict: verdict, keyID: key, name: "構築 of \(key)",
                    accountID: "acme", userID: "u", clientIP: address, httpMethod: "GET", path: "/", resource: "",
                    httpStatus: 0, generation: 1, superseded: superseded, message: "", usageID: [], caller: "")))
    }

    @Test(
        "R17: a picture fits its terminal, and every table that has room for a line has one", arguments: [40, 80, 120])
    func fits(columns: Int) {
        var tally = UsageTopTally(intervalMilliseconds: 1_000)
        for number in 0..<200 {
            for verdict in Verdict.allCases {
                tally.note(
                    event("4mVb0QaX\(1000 + number)", verdict, from: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:\(number)"))
            }
            tally.note(event("4mVb0QaX\(1000 + number)", .valid, from: "::1", superseded: true))
        }
        tally.note(UsageRecord(sequence: 9, kind: .gap(UsageGap(firstSequence: 4, count: 6, reason: UsageGap.dropped))))
        tally.endInterval(milliseconds: 1_000)
        for isLost in [true, false] {
            let picture = UsageTopPicture(
                tally: tally, terminal: Terminal(columns: columns, hasColours: false), time: Timestamp(nanoseconds: 0),
                isLost: isLost)
            for height in [1, 2, 5, 14, 24, 60] {
                let lines = picture.lines(height: height)
                #expect(lines.count <= height)
                if height == 14 { #expect(lines.filter { $0.hasPrefix("     /S") }.count == 4) }
                for line in lines where DisplayWidth.of(line) > columns { Issue.record("\(columns): \(line)") }
            }
            #expect(
                picture.lines(height: 24).count == 24
                    && picture.lines(height: 2)[1].contains("6 missing") == (columns > 40))
        }
    }

    @Test("R17: rates and totals are those of the last interval and of the last minute")
    func counts() {
        var tally = UsageTopTally(intervalMilliseconds: 20_000)
        for (interval, count) in [5, 1, 2, 3].enumerated() {
            for _ in 0..<count { tally.note(event("k\(interval % 2)", interval == 3 ? .revoked : .valid, from: "::1")) }
            tally.endInterval(milliseconds: 20_000)
        }
        // The first of them is more than a minute ago.
        #expect(tally.events == 6 && tally.latestEvents == 3 && tally.windowMilliseconds == 60_000)
        #expect(tally.verdicts.map(\.total) == [3, 3] && tally.verdicts.map(\.latest) == [0, 3])
        #expect(tally.keys.map(\.element) == ["k1", "k0"] && tally.keys.map(\.total) == [4, 2])
        #expect(tally.failing.map(\.total) == [3] && tally.oldSecrets.isEmpty)
    }

    @Test("R17: top draws in place on the terminal's other screen and leaves it as it was, on q, SIGINT and SIGTERM")
    func screen() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let command = ["usage", "top", "--interval", "200ms"] + server.arguments
        let quit = try await Screen.show(command, columns: 80, input: "q")
        #expect(quit.status == 0 && quit.text.contains(Self.enter) && quit.text.hasSuffix(Self.leave), "\(quit)")
        for (name, number) in [("INT", SIGINT), ("TERM", SIGTERM)] {
            let (pid, log) = (directory.path("pid-\(name)"), directory.path("log-\(name)"))
            let words = ([Program.path] + command).joined(separator: " ")
            let shell = try Program(
                [
                    "-qefc",
                    "stty cols 80 rows 24; sh -c 'echo $$ >\(pid); exec \(words)'; echo; echo status $?; stty -a", log,
                ], program: "/usr/bin/script", environment: ["TERM": "xterm", "SHELL": "/bin/sh"])
            func drawn() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
            while !drawn().contains("VERDICT") { await Task.yield() }
            let process = try String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(
                in: .whitespacesAndNewlines)
            kill(try #require(pid_t(process)), number)
            shell.send("")
            _ = await shell.status()
            let output = await shell.written().output
            #expect(output.contains(Self.enter) && output.contains(Self.leave + "\r\nstatus 0"), "\(name): \(output)")
            #expect(output.contains(" echo ") && output.contains(" icanon"), "\(output.suffix(800))")
        }
        let piped = try await Program.run(command)
        #expect(piped.status == 64 && piped.errors.contains("--once"))
        #expect(await server.stop() == 0)
    }

    @Test("R17: --once prints one picture, or one object, and ends")
    func once() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(data: directory.path("data"))
        let command = ["usage", "top", "--once"] + server.arguments
        let table = try await Program.run(command + ["--interval", "300ms"])
        #expect(table.status == 0 && !table.output.contains("\u{1B}") && table.output.contains("VERDICT"), "\(table)")
        let client = server.client()
        let secret = try await client.makeKey().secret
        let asking = Task {
            while !Task.isCancelled { _ = try await client.validate(ValidateRequest(secret: secret, clientIP: "::1")) }
        }
        var events = 0
        // A machine that is busy may take an interval to connect.
        for _ in 0..<20 where events == 0 {
            let run = try await Program.run(command + ["--interval", "2s", "-o", "json"])
            let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            events = (object["events"] as? String).flatMap { Int($0) } ?? 0
            if events > 0 {
                let keys = try #require(object["keys"] as? [[String: Any]])
                #expect(keys.count == 1 && keys[0]["accountId"] as? String == "acme", "\(object)")
            }
        }
        #expect(events > 0)
        asking.cancel()
        _ = try? await asking.value
        await client.close()
        #expect(await server.stop() == 0)
    }
}

@Suite struct SpaceSavingTests {
    @Test("up to its capacity a counter of the most frequent is exact")
    func exact() {
        var counters = SpaceSaving<Int, String>(capacity: 10)
        for number in 0..<10 { for time in 0...number { counters.add(number, "\(time)") } }
        #expect(counters.isExact && counters.counters.count == 10)
        for counter in counters.counters {
            #expect(counter.count == UInt64(counter.element + 1) && counter.note == "\(counter.element)")
        }
    }

    @Test("beyond it none counts too low, none too high by more than it says, and no frequent one is missing")
    func bounds() {
        var generator = SplitMix64(seed: 7)
        for capacity in [1, 2, 16, 100] {
            var counters = SpaceSaving<Int, Void>(capacity: capacity)
            var truth: [Int: UInt64] = [:]
            let total = 20_000
            for _ in 0..<total {
                // A few are frequent, most come once.
                let element =
                    Bool.random(using: &generator)
                    ? Int.random(in: 0..<20, using: &generator) : Int.random(in: 100..<1_000_000, using: &generator)
                truth[element, default: 0] += 1
                counters.add(element, ())
            }
            #expect(counters.counters.count == capacity)
            #expect(counters.counters.reduce(0) { $0 + $1.count } == UInt64(total))
            for counter in counters.counters {
                let count = truth[counter.element] ?? 0
                #expect(counter.count >= count && counter.count - counter.errorMax <= count)
            }
            let known = Set(counters.counters.map(\.element))
            for (element, count) in truth where count > UInt64(total / capacity) { #expect(known.contains(element)) }
        }
    }
}
