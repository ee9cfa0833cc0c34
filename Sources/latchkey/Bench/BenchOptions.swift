// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// What `latchkey bench` measures with.
struct BenchOptions: ParsableArguments {
    @Option(help: .init("Connections, 1 to 10000.", valueName: "count"))
    var connections = 50

    @Option(
        help: .init(
            "Calls in flight on each connection, 1 to 16000; with --rate the most there may be. (default: 1; with "
                + "--rate as many as that, or 1000000 in all)", valueName: "count"))
    var depth: Int?

    @Option(
        help: .init(
            "Open loop: make this many calls a second over all connections, whether or not earlier ones were answered.",
            valueName: "calls"))
    var rate: Int?

    @Option(help: .init("How many keys to make.", valueName: "count"))
    var keys = 1_000

    @Option(help: .init("Over how many accounts to spread them.", valueName: "count"))
    var accounts = 10

    @Option(help: .init("How long to measure. 0: only make the keys.", valueName: "seconds"))
    var seconds = Seconds(5)

    @Option(help: .init("How long to run before that.", valueName: "seconds"))
    var warmup = Seconds(1)

    @Option(help: .init("The address that the keys are presented from.", valueName: "ip"))
    var clientIP = usualClientIP

    static let usualClientIP = "203.0.113.77"

    @Option(help: .init("Threads to make calls from, 1 to 64.", valueName: "count"))
    var threads = 1

    @Option(help: .init("Keep the keys' tokens in this file, one a line.", valueName: "file"), completion: .file())
    var writeTokens: String?

    @Option(help: .init("Make no keys: take the tokens from this file.", valueName: "file"), completion: .file())
    var tokens: String?

    @Flag(
        help: "Put the caller's token on every call, not only on a connection's first: as who speaks for several does.")
    var authorizeEach = false

    @Flag(help: "Speak TLS to the address, as if it began with tls://.")
    var tls = false

    @Flag(help: "Without a server or a socket: from bytes in to bytes out in this process.")
    var inProcess = false

    @Option(
        help: .init(
            "With --in-process: compare keys without rules with others that have some, asked in turn: none, typical or many.",
            valueName: "rules"))
    var rules = BenchRules.none

    /// Calls in flight on each connection; in an open loop the most there may be.
    var callsInFlight: Int {
        if let depth { return depth }
        if rate == nil { return 1 }
        return min(Limits.benchCallsPerConnection, max(1, Limits.benchCallsInFlight / max(1, connections)))
    }

    /// Nothing is measured.
    var onlyMakesKeys: Bool { seconds.span == .zero }

    func validate() throws {
        let bounds: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("--rate", rate ?? 1, 1...Limits.benchCallsPerSecond),
            ("--connections", connections, 1...Limits.connections),
            ("--depth", callsInFlight, 1...Limits.benchCallsPerConnection),
            ("--keys", keys, 1...Limits.keys), ("--accounts", accounts, 1...10_000), ("--threads", threads, 1...64),
        ]
        for (name, value, range) in bounds where !range.contains(value) {
            throw ValidationError("\(name) must be \(range.lowerBound) to \(range.upperBound)")
        }
        let address = Array(clientIP.utf8).withUnsafeBytes { IPAddress.parse($0) }
        guard clientIP.isEmpty || address != nil else {
            throw ValidationError("--client-ip must be an address, or empty")
        }
        if rate != nil, inProcess {
            throw ValidationError("--rate is for a server; --in-process has none")
        }
        if tls, inProcess {
            throw ValidationError("--tls is for a server; --in-process has none")
        }
        if rules != .none, !inProcess {
            throw ValidationError("--rules is for --in-process")
        }
        if onlyMakesKeys, inProcess || tokens != nil {
            throw ValidationError(
                "--seconds 0 only makes keys on a server: it goes with neither --in-process nor --tokens")
        }
        if !onlyMakesKeys, seconds.span < .milliseconds(1) {
            throw ValidationError("--seconds must be 0 or at least 0.001")
        }
        if tokens != nil, writeTokens != nil {
            throw ValidationError("--tokens takes keys that are there, --write-tokens keeps new ones: choose one")
        }
    }
}
