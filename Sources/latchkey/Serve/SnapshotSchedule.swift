// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import KeyUsage
internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Has snapshots written: every so often, when so much of the journal has been written, and at a clean stop. What has
/// not changed is not written again.
struct SnapshotSchedule: Service {
    private let opened: OpenStore
    private let usage: UsageLog
    private let interval: Duration
    private let logger: Logger
    private let written: WrittenState

    /// What there was when the last one was written.
    private final class WrittenState: Sendable {
        let state: Mutex<State>

        init(_ state: State) {
            self.state = Mutex(state)
        }
    }

    private struct State: Equatable {
        var revision: UInt64
        var usage: UInt64
        var journalBytes: UInt64
    }

    init(_ opened: OpenStore, _ usage: UsageLog, every interval: TimeSpan, _ logger: Logger) {
        self.opened = opened
        self.usage = usage
        self.interval = .nanoseconds(interval.nanoseconds)
        self.logger = logger
        let beginning = opened.report.snapshot?.endSequence ?? 0
        written = WrittenState(State(revision: beginning, usage: usage.startSequence - 1, journalBytes: 0))
    }

    func run() async {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown { await writePeriodically() }
        } onGracefulShutdown: {
            // One that is being written now is waited for.
            opened.snapshots.hurry()
        }
    }

    private func writePeriodically() async {
        let clock = ContinuousClock()
        var due = clock.now + interval
        var notBefore = clock.now
        while !Task.isCancelled {
            // Looking is what is periodic here; nothing waits for it.
            try? await Task.sleep(for: min(interval, .milliseconds(Limits.snapshotLookMilliseconds)), clock: clock)
            if Task.isCancelled { return }
            let isLong =
                opened.store.journalBytes - written.state.withLock { $0.journalBytes }
                >= Limits.snapshotJournalBytes
            guard isLong || clock.now >= due, clock.now >= notBefore else { continue }
            if await write() {
                due = clock.now + interval
            } else {
                notBefore = clock.now + .seconds(Limits.snapshotRetrySeconds)
            }
        }
    }

    /// The last one, when nothing changes any more.
    func finish() async {
        _ = await write()
    }

    /// Whether there is nothing left to write.
    private func write() async -> Bool {
        let state = State(
            revision: opened.store.revision, usage: await usage.lastSequence, journalBytes: opened.store.journalBytes)
        let before = written.state.withLock { $0 }
        if state.revision == before.revision, state.usage == before.usage { return true }
        let begun = ContinuousClock.now
        do {
            let header = try await opened.snapshots.take()
            written.state.withLock { $0 = state }
            let milliseconds = Int((ContinuousClock.now - begun) / .milliseconds(1))
            logger.info(
                "wrote a snapshot",
                metadata: [
                    "keys": "\(header.keys)", "revision": "\(header.beginSequence)", "bytes": "\(header.fileBytes)",
                    "milliseconds": "\(milliseconds)",
                ])
            if let failure = await opened.snapshots.retireFailure {
                logger.warning(
                    "older segments could not be put away in history; nothing is lost, but they are read at each start",
                    metadata: ["error": "\(failure)"])
            }
            return true
        } catch {
            logger.warning(
                "there is no new snapshot; nothing is lost, the journal goes on", metadata: ["error": "\(error)"])
            return false
        }
    }
}
