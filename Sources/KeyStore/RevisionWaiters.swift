// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// Those who wait for the index to reach a revision (B1). Apart from those who wait for their own change: what is waited
/// for here may never come, so it ends with its task.
final class RevisionWaiters: Sendable {
    private struct State {
        var waiting: [UInt64: (revision: UInt64, continuation: UnsafeContinuation<Bool, Never>)] = [:]
        var lastID: UInt64 = 0
    }

    private let index: KeyIndex
    private let state = Mutex(State())
    /// The earliest revision that is waited for, so that a publication mostly takes no lock.
    private let earliest = Atomic<UInt64>(.max)

    init(_ index: KeyIndex) {
        self.index = index
    }

    /// Returns true once the index is at `revision`; false when the task was cancelled, or when too many wait already.
    func wait(for revision: UInt64) async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            // Unsafe but cheap: a waiter is resumed where it leaves the table, and it leaves the table once.
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled || state.waiting.count >= Limits.revisionWaiters { return false }
                    state.waiting[id] = (revision, continuation)
                    if revision < earliest.load(ordering: .relaxed) { earliest.store(revision, ordering: .relaxed) }
                    // Either this sees the revision, or the publication sees who waits for it.
                    atomicMemoryFence(ordering: .sequentiallyConsistent)
                    guard index.revision >= revision else { return nil }
                    state.waiting[id] = nil
                    return true
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
    }

    /// The index is at `revision` now.
    func advanced(to revision: UInt64) {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if earliest.load(ordering: .relaxed) > revision { return }
        let ready = state.withLock { state in
            let ready = state.waiting.filter { $0.value.revision <= revision }
            for id in ready.keys { state.waiting[id] = nil }
            earliest.store(state.waiting.values.map(\.revision).min() ?? .max, ordering: .relaxed)
            return ready
        }
        for waiter in ready.values { waiter.continuation.resume(returning: true) }
    }
}
