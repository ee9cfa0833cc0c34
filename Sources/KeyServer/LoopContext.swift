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
    let guests = CertificateGuests()
    private var open: [ObjectIdentifier: (channel: any Channel, handler: FrameHandler)] = [:]
    private var drained: EventLoopPromise<Void>?

    init(lane: ValidateLane) {
        self.lane = lane
    }

    /// The server is stopping: a connection that comes now is told so.
    private(set) var isDraining = false

    /// Keeps track of a connection until its channel has closed, however that comes about.
    func add(_ handler: FrameHandler, on channel: any Channel) {
        let key = ObjectIdentifier(channel)
        open[key] = (channel, handler)
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.open[key] = nil
            if self.open.isEmpty { self.finishDraining() }
        }
    }

    /// Asks every connection to finish what is in flight; succeeds when all are closed.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        isDraining = true
        drained = promise
        if open.isEmpty { finishDraining() }
        for (_, handler) in open.values { handler.drain() }
        return promise.futureResult
    }

    /// Closes every connection that is left.
    func abort() {
        for (channel, _) in open.values { channel.close(promise: nil) }
    }

    private func finishDraining() {
        drained?.succeed()
        drained = nil
    }
}
