// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import NIOCore

/// The Validates of one connection that wait for their `min_revision` (B1), off the hot path. Used on its event loop.
///
/// What waits is the frame itself, which is decoded again when the time has come. Each ends once: when the revision is
/// reached, at its deadline, or when the connection goes or drains.
struct HeldValidates {
    struct Held {
        /// It holds a token: whoever has removed it overwrites it.
        let frame: ByteBuffer
        /// Who asked.
        let caller: Caller
        let revision: UInt64
        fileprivate let task: Task<Void, Never>
        fileprivate let deadline: Scheduled<Void>
    }

    private var held: [UInt64: Held] = [:]

    /// Begins to wait; `ended` is called on the event loop, with whether the revision is reached.
    mutating func add(
        _ id: UInt64, _ frame: ByteBuffer, by caller: Caller, revision: UInt64, for time: TimeAmount,
        _ service: KeyService,
        on eventLoop: any EventLoop, ended: @escaping @Sendable (Bool) -> Void
    ) {
        let task = Task {
            let isReached = await service.waitForRevision(revision)
            eventLoop.execute { ended(isReached) }
        }
        let deadline = eventLoop.scheduleTask(in: time) { task.cancel() }
        held[id] = Held(frame: frame, caller: caller, revision: revision, task: task, deadline: deadline)
    }

    /// One that has ended.
    mutating func remove(_ id: UInt64) -> Held? {
        guard let ended = held.removeValue(forKey: id) else { return nil }
        ended.deadline.cancel()
        return ended
    }

    /// Has all of them end.
    func cancel() {
        for held in held.values { held.task.cancel() }
    }
}
