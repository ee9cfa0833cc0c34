// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire
internal import NIOCore

/// What the connections of one event loop share. Used on that loop only.
final class LoopContext {
    let decoder = FrameDecoder()
    let lane: ValidateLane
    private var handlers: [ObjectIdentifier: FrameHandler] = [:]
    private var drained: EventLoopPromise<Void>?

    init(lane: ValidateLane) {
        self.lane = lane
    }

    func add(_ handler: FrameHandler) {
        handlers[ObjectIdentifier(handler)] = handler
    }

    func remove(_ handler: FrameHandler) {
        handlers[ObjectIdentifier(handler)] = nil
        if handlers.isEmpty { drained?.succeed() }
    }

    /// Asks every connection to finish what is in flight; succeeds when all are closed.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        if handlers.isEmpty {
            promise.succeed()
        } else {
            drained = promise
            for handler in handlers.values { handler.drain() }
        }
        return promise.futureResult
    }

    /// Closes every connection that is left.
    func abort() {
        for handler in handlers.values { handler.abort() }
    }
}
