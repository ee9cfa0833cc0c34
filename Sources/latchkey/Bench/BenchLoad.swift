// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import KeyModel
internal import NIOCore
internal import NIOPosix

/// Drives Validate over sockets, in a closed loop or at a fixed rate.
struct BenchLoad {
    let address: ServerAddress
    let options: BenchOptions
    let frames: BenchFrames
    /// The caller's, on every connection; `nil` = none.
    let token: String?
    /// For an address that is `tls://`.
    let tls: ClientTLSSource

    func run() async throws -> BenchResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        do {
            let result = try await measure(on: group)
            try await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func measure(on group: MultiThreadedEventLoopGroup) async throws -> BenchResult {
        let schedule = options.rate.map { OpenLoopSchedule(callsPerSecond: $0, connections: options.connections) }
        let greeting = token.map { BenchFrames.greeting($0) }
        let loops = group.makeIterator().map {
            BenchLoop($0, frames: frames, greeting: greeting, schedule: schedule, tls: tls)
        }
        let channels = try await connect(loops)
        // Every loop is to know before the first call is due.
        let start = NIODeadline.now() + .milliseconds(Limits.benchLeadMilliseconds)
        let begin = start + .nanoseconds(options.warmup.span.nanoseconds)
        let end = begin + .nanoseconds(options.seconds.span.nanoseconds)
        for loop in loops { try await loop.start(channels, start: start, begin: begin, end: end) }

        // The generator runs on its own threads; here there is nothing to do but to look at the clock.
        let progress = Progress(doing: "measuring", until: .now + .nanoseconds((end - .now()).nanoseconds))
        defer { progress.end() }
        try await progress.wait(until: .now + .nanoseconds((begin - .now()).nanoseconds))
        let before = ProcessorTime.used()
        try await progress.wait(until: .now + .nanoseconds((end - .now()).nanoseconds))
        let used = ProcessorTime.used() - before

        await close(channels)
        var tally = BenchTally()
        for loop in loops { tally.add(try await loop.tally()) }
        return BenchResult(
            options: options, keys: frames.count, tally: tally,
            generatorCores: used / options.seconds.duration)
    }

    private func connect(_ loops: [BenchLoop]) async throws -> [any Channel] {
        var channels: [any Channel] = []
        for number in 0..<options.connections {
            do {
                channels.append(
                    try await loops[number % loops.count].connect(number, to: address, depth: options.callsInFlight)
                        .get())
            } catch {
                throw Refusal(
                    .unavailable, .connectionRefused,
                    "cannot open connection \(number + 1) of \(options.connections) to \(address): "
                        + ConnectFailure.words(for: error))
            }
        }
        return channels
    }

    /// Each closes when its last answers are in; a server that hangs is not waited for.
    private func close(_ channels: [any Channel]) async {
        guard let loop = channels.first?.eventLoop else { return }
        let patience = loop.scheduleTask(in: .milliseconds(Limits.benchPatienceMilliseconds)) {
            for channel in channels { channel.close(promise: nil) }
        }
        for channel in channels { try? await channel.closeFuture.get() }
        patience.cancel()
    }
}
