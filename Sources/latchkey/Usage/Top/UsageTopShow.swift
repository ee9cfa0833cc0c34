// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import KeyModel
internal import Synchronization

/// Reads the stream, and shows after every interval what has come.
final class UsageTopShow: Sendable {
    /// Why there is something to do.
    private enum Wake {
        case intervalIsOver
        case redraw
        case quit
    }

    private let stream: UsageStream
    private let interval: Duration
    private let once: Bool
    private let format: OutputFormat
    private let tally: Mutex<UsageTopTally>

    init(stream: UsageStream, intervalMilliseconds: Int64, once: Bool, format: OutputFormat) {
        self.stream = stream
        interval = .milliseconds(intervalMilliseconds)
        self.once = once
        self.format = format
        tally = Mutex(UsageTopTally(intervalMilliseconds: intervalMilliseconds))
    }

    /// Returns when it is over, or the task is cancelled.
    func run() async throws {
        // More than the terminal can be told of at once means nothing.
        let (wakes, wake) = AsyncStream.makeStream(of: Wake.self, bufferingPolicy: .bufferingNewest(8))
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.read() }
            group.addTask { try await self.tick(wake) }
            group.addTask { try await self.show(wakes, wake) }
            // Whichever ends first ends the others.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func read() async throws {
        for try await record in stream { tally.withLock { $0.note(record) } }
    }

    private func tick(_ wake: AsyncStream<Wake>.Continuation) async throws {
        var next = ContinuousClock.now + interval
        while true {
            // Not to wait for anything: it is how often a picture is due.
            try await Task.sleep(until: next, clock: .continuous)
            wake.yield(.intervalIsOver)
            next += interval
        }
    }

    private func show(_ wakes: AsyncStream<Wake>, _ wake: AsyncStream<Wake>.Continuation) async throws {
        let isLive = format == .table && !once
        let screen = try isLive ? LiveScreen(quit: { wake.yield(.quit) }, redraw: { wake.yield(.redraw) }) : nil
        defer { screen?.leave() }
        var begun = ContinuousClock.now
        var shown = tally.withLock { $0 }
        try show(shown, on: screen)
        for await wake in wakes {
            switch wake {
            case .quit: return
            case .redraw: break
            case .intervalIsOver:
                let now = ContinuousClock.now
                let milliseconds = Int64((now - begun) / .milliseconds(1))
                begun = now
                shown = tally.withLock { tally in
                    tally.endInterval(milliseconds: milliseconds)
                    return tally
                }
            }
            try show(shown, on: screen)
            if once { return }
        }
    }

    private func show(_ tally: UsageTopTally, on screen: LiveScreen?) throws {
        let isLost = stream.isInterrupted
        if let screen {
            let picture = UsageTopPicture(tally: tally, terminal: .currentOutput, time: .now, isLost: isLost)
            return try screen.draw(picture.lines(height: Terminal.outputRows))
        }
        // Nothing has been counted yet.
        if tally.windowMilliseconds == 0 { return }
        switch format {
        case .table:
            let picture = UsageTopPicture(tally: tally, terminal: .output, time: .now, isLost: isLost)
            try StandardOutput.write(picture.lines(height: .max).map { $0 + "\n" }.joined())
        case .json, .ndjson: try StandardOutput.writeLine(UsageTopJSON.line(tally, time: .now, isLost: isLost))
        }
    }
}
