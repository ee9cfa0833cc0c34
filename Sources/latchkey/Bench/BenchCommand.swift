// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how many Validate calls a server answers, and how fast.",
        usage: "latchkey bench [--connections <count>] [--depth <count>] [--keys <count>]\n"
            + "               [--rate <calls>] [--seconds <seconds>] [--tls] [<options>]",
        discussion: """
            Makes keys in accounts of its own (bench-1, bench-2, …; they end by
            themselves after a day), then asks for keys picked at random as fast as
            the server answers: every connection always has --depth calls in flight.
            Calls count from the end of the warm-up on.

            With --rate the loop is open: calls are made at that rate, on a schedule
            fixed beforehand and spread evenly over connections and threads, whether or
            not earlier ones were answered. Latency counts from when a call was due, so
            that a server that stalls is charged for every call of the stall. A call
            that finds --depth others in flight on its connection waits; such waits are
            counted. A call without an answer \(Limits.benchPatienceMilliseconds / 1_000) s after the end counts with the time
            it had waited, and the command fails.
            What is due is sent at most every \(Limits.benchTickMicroseconds.lowerBound) µs on each thread, every 200 at
            200,000 calls a second and so on, which is part of the latency: "Sent late"
            tells how late calls were sent that waited for no other.

            A server that has more to do than it can refuses calls (OVERLOADED). Those are
            counted apart: "Throughput" is what was answered, and latencies are of that. The
            command fails, with 75, only when it refused all.

            With --seconds 0 keys are made and nothing is measured.

            The server and this program share the machine, if it is one machine:
            look at the generator's share.

            Examples:
              latchkey bench
              latchkey bench --connections 50 --depth 16 --keys 100000
              latchkey bench --rate 50000 --connections 50
              latchkey bench --keys 1000000 --write-tokens tokens.txt --seconds 0
              latchkey bench --tokens tokens.txt -o json
              latchkey bench --in-process --keys 100000
            """
    )

    @OptionGroup var bench: BenchOptions

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        if bench.inProcess {
            let result = try await BenchInProcess(options: bench).run()
            return try print(result.block, result.json)
        }
        if bench.onlyMakesKeys {
            let begun = ContinuousClock.now
            _ = try await makeKeys()
            let result = BenchKeysResult(options: bench, elapsed: .now - begun)
            return try print(result.block, result.json)
        }
        let address = try address()
        let caller = try connection.token(for: address)
        let frames = try BenchFrames(
            tokens: try await tokens(), clientIP: bench.clientIP,
            authorization: bench.authorizeEach ? caller ?? "" : "")
        let load = BenchLoad(
            address: address, options: bench, frames: frames, token: caller,
            tls: ClientTLSSource(try connection.tls.files()))
        let result = try await load.run()
        try print(result.block, result.json)
        if !result.isWhole { throw ExitCode(ExitStatus.internal.rawValue) }
        if result.isRefused { throw ExitCode(ExitStatus.tryAgain.rawValue) }
    }

    private func address() throws -> ServerAddress {
        switch try connection.serverAddress() {
        case .tcp(let host, let port) where bench.tls: return .tls(host: host, port: port)
        case .unix where bench.tls:
            throw CommandFailure(
                "a Unix socket has no TLS", hint: "say where the port is: --address HOST:PORT", status: .usage)
        case let address: return address
        }
    }

    private func print(_ block: RecordBlock, _ json: String) throws {
        switch connection.output {
        case .table: try StandardOutput.write(block.text(for: .output))
        case .json, .ndjson: try StandardOutput.writeLine(json)
        }
    }

    private func tokens() async throws -> BenchTokens {
        if let file = bench.tokens { return try BenchTokenFile.read(file) }
        return try await makeKeys()
    }

    private func makeKeys() async throws -> BenchTokens {
        let clients = try (0..<min(bench.connections, Limits.benchKeyConnections)).map { _ in
            try connection.client(at: try address())
        }
        let tokens: BenchTokens
        do {
            tokens = try await BenchKeys(clients: clients, count: bench.keys, accounts: bench.accounts).make()
        } catch {
            for client in clients { await client.close() }
            throw error
        }
        for client in clients { await client.close() }
        if let file = bench.writeTokens { try BenchTokenFile.write(tokens, to: file) }
        return tokens
    }
}
