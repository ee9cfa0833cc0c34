// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyJournal
package import KeyModel

/// The usage log's directory: two series of segments that share one numbering, and what says how far that may have
/// come. Used by the log's actor.
///
/// Nothing here ever fails to its caller. What cannot be written is remembered as a gap, tried again every second with
/// a new segment, and said once.
///
///     usage/
///         RESERVED                            which sequences may have been given (UsageReservation)
///         00000000000000000001.log            a segment (UsageSegmentHeader), named after its first sequence
///         keyless/00000000000000000042.log    one of events that belong to no key
package final class UsageDisk {
    private let folder: String
    private let storage: any Storage
    private let now: @Sendable () -> Timestamp
    private let tell: @Sendable (StorageError?) -> Void
    /// Of events that belong to a key, and of gaps.
    private let keyed: UsageSeries
    /// Of events that belong to none.
    private let keyless: UsageSeries
    private var reservation: UsageReservation?
    private var reservationHealth = UsageHealth()
    private var isTold = false
    private var isClosed = false

    var series: [UsageSeries] { [keyed, keyless] }

    /// - Parameters:
    ///   - path: The data directory.
    ///   - now: The store's time.
    ///   - tell: Told why when it cannot write, and `nil` when it can again.
    package init(
        storage: any Storage, path: String, retention: UsageRetention = UsageRetention(),
        now: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (StorageError?) -> Void = { _ in }
    ) {
        self.storage = storage
        folder = path + "/usage"
        self.now = now
        self.tell = tell
        keyed = UsageSeries(storage: storage, folder: folder, retention: retention.keyed, now: now)
        keyless = UsageSeries(storage: storage, folder: folder + "/keyless", retention: retention.keyless, now: now)
    }

    /// Finds what there is. Returns where numbers go on, and whether some were left out; `nil` when that cannot be
    /// told, so that none may be given.
    func open() -> (nextSequence: UInt64, missing: UsageMissing?)? {
        if reservation != nil || isClosed { return nil }
        do throws(StorageError) {
            let keyedEnd = try keyed.open()
            let keylessEnd = try keyless.open()
            let reservation = try UsageReservation(storage, folder: folder)
            self.reservation = reservation
            reservationHealth.succeeded()
            defer { for series in series { series.applyRetention() } }
            guard let end = [keyedEnd, keylessEnd].compactMap({ $0 }).max() else {
                return (max(reservation.end, 1), nil)
            }
            let next = reservation.end > 0 ? max(reservation.end, end) : end + Limits.usageLostReservation
            if next == end { return (next, nil) }
            if keyedEnd != nil { keyed.restart(at: next, beside: keyless) }
            if keylessEnd != nil { keyless.restart(at: next, beside: keyed) }
            return (next, UsageMissing(first: end, next: next, reason: .restarted))
        } catch {
            reservationHealth.failed(at: now())
            tellChange(error)
            return nil
        }
    }

    /// Makes it durable that sequences before `next` may be given. When it returns false, none may be.
    func reserve(before next: UInt64) -> Bool {
        guard !isClosed, let reservation else { return false }
        if next <= reservation.end { return true }
        return reservationHealth.mayTry(at: now()) && reserve(exactly: next + Limits.usageReservedSequences)
    }

    private func reserve(exactly end: UInt64) -> Bool {
        guard var reservation else { return false }
        do throws(StorageError) {
            try reservation.set(end)
            self.reservation = reservation
            reservationHealth.succeeded()
            tellChange(nil)
            return true
        } catch {
            self.reservation = reservation
            reservationHealth.failed(at: now())
            tellChange(error)
            return false
        }
    }

    // MARK: Writing

    func append(_ entries: UnsafeRawBufferPointer, isKeyless: Bool, from first: UInt64) {
        (isKeyless ? keyless : keyed).batch.append(entries, from: first)
    }

    func append(gapFrom first: UInt64, count: UInt64, _ reason: UsageGapReason) {
        keyed.batch.append(gapFrom: first, count: count, reason, at: now())
    }

    /// Writes what was appended.
    func flush() {
        for series in series where !series.batch.isEmpty {
            if series.health.mayTry(at: now()) {
                attempt(series, isWriting: true) { series throws(StorageError) in try series.flush() }
            } else {
                series.skip()
            }
        }
    }

    /// Once a second: makes durable what was written, and lets go what is too old.
    func keep() {
        // Then the directory may be another process's.
        if isClosed { return }
        for series in series {
            attempt(series, isWriting: false) { series throws(StorageError) in try series.keep() }
        }
    }

    /// The last thing: numbers go on at `nextSequence` without a gap, if everything before it was written.
    func close(at nextSequence: UInt64) {
        if isClosed { return }
        for series in series {
            attempt(series, isWriting: true) { series throws(StorageError) in try series.close() }
        }
        if let end = reservation?.end, end > 0, end != nextSequence, !series.contains(where: \.health.isFailing) {
            _ = reserve(exactly: nextSequence)
        }
        isClosed = true
    }

    /// - Parameter isWriting: Whether it shows that the series can be written; a sync may have had nothing to do.
    private func attempt(
        _ series: UsageSeries, isWriting: Bool, _ body: (UsageSeries) throws(StorageError) -> Void
    ) {
        do throws(StorageError) {
            try body(series)
            if isWriting { series.health.succeeded() }
            tellChange(nil)
        } catch {
            series.health.failed(at: now())
            tellChange(error)
        }
    }

    /// Says that something fails, and that everything works again.
    private func tellChange(_ error: StorageError?) {
        let isFailing = reservationHealth.isFailing || series.contains { $0.health.isFailing }
        if isFailing == isTold { return }
        isTold = isFailing
        tell(error)
    }
}
