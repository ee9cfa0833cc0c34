// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyStore
internal import Logging
internal import Synchronization

/// Tells the log how opening the store goes, and what it found.
final class LoadingReport: Sendable {
    private let logger: Logger
    private let notifier: ServiceNotifier
    private let begun = ContinuousClock.now
    private let nextTold = Mutex(ContinuousClock.now + .milliseconds(Limits.loadingReportMilliseconds))

    init(_ logger: Logger, _ notifier: ServiceNotifier) {
        self.logger = logger
        self.notifier = notifier
        notifier.needsTime("Starting: opening the store")
    }

    /// Says how far loading is, once a second when it takes longer than that.
    func show(_ progress: LoadProgress) {
        let now = ContinuousClock.now
        let isDue = nextTold.withLock { due in
            guard now >= due else { return false }
            due = now + .milliseconds(Limits.loadingReportMilliseconds)
            return true
        }
        if !isDue { return }
        let seconds = (now - begun) / .seconds(1)
        let left = progress.done == 0 ? 0 : seconds * Double(progress.total - progress.done) / Double(progress.done)
        switch progress.phase {
        case .snapshot:
            let rate = Int(Double(progress.done) / seconds)
            let keys = "\(Grouped.text(Int(clamping: progress.done))) of \(Grouped.text(Int(clamping: progress.total)))"
            notifier.needsTime("Starting: loading the snapshot, \(keys) keys")
            logger.info(
                "loading the snapshot",
                metadata: [
                    "keys": "\(keys)", "keys_per_second": "\(Grouped.text(rate))",
                    "seconds_left": "\(Int(left.rounded(.up)))",
                ])
        case .journal:
            let segments = "\(progress.done) of \(progress.total)"
            notifier.needsTime("Starting: replaying the journal, \(segments) segments")
            logger.info("replaying the journal", metadata: ["segments": "\(segments)"])
        }
    }

    func end(_ opened: OpenStore, _ command: ServeCommand) {
        let report = opened.report
        tellDamage(report)
        if opened.directory.isNew {
            logger.info(
                "made a new store; keep a copy of the key apart from the data: without it the data is lost",
                metadata: ["data": "\(command.data)", "store_key": "\(opened.directory.keyPath)"])
        }
        let milliseconds = Int((ContinuousClock.now - begun) / .milliseconds(1))
        logger.info(
            "opened the store",
            metadata: [
                "keys": "\(opened.store.index.count)", "revision": "\(opened.store.revision)",
                "snapshot_keys": "\(report.snapshot?.keys ?? 0)", "journal_records": "\(report.records)",
                "journal_segments": "\(report.segments)", "milliseconds": "\(milliseconds)",
            ])
        if case .interval(let milliseconds) = command.durability.durability {
            logger.warning("a crash may lose what was acknowledged in the last \(milliseconds) ms (--durability)")
        }
    }

    private func tellDamage(_ report: RecoveryReport) {
        if let torn = report.torn {
            logger.warning(
                "the journal's end was torn, as a power cut tears it; nothing acknowledged under strict durability was in it",
                metadata: ["file": "\(torn.file)", "offset": "\(torn.offset)", "saved_as": "\(torn.savedAs)"])
        }
        for error in report.damagedSnapshots {
            logger.warning(
                "a snapshot is damaged; nothing is lost, what came before it was enough",
                metadata: ["error": "\(error)"])
        }
        if report.isHeadHalf {
            logger.warning("one of the two slots of HEAD is damaged, as a power cut may do; the other was enough")
        }
    }
}
