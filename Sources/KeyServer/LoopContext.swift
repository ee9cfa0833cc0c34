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
    let handshakes = HandshakeTurns()
    let census: ConnectionCensus
    let calls: CallCensus
    let deadlines: ConnectionActivity.Deadlines
    /// How much of the Validates this loop takes on.
    var load: LoadController
    let shedReply = StatusTemplate(.overloaded)
    private var roundStart: Timestamp?
    /// What was spent of this round on connections that speak for nobody.
    private var onStrangers: Int64 = 0
    /// How many reads of this round were callers', how many of those left something in the socket, and how many further
    /// reads the one takes that has the least left.
    private var reads = 0
    private var fullReads = 0
    private var furtherReads = 0
    /// Likewise of this tick.
    private var onStrangersInTick: Int64 = 0
    private var endRound: (@Sendable () -> Void)?
    /// Each handler knows its place here.
    private var open: [(channel: any Channel, handler: FrameHandler)] = []
    private var drained: EventLoopPromise<Void>?
    private var sweep: RepeatedTask?
    /// Which of the connections were looked at last.
    private var sweptCount = 0
    /// Counts sweeps, from 1: the time that connections' deadlines are reckoned in.
    private(set) var tick: UInt64 = 1

    init(lane: ValidateLane, census: ConnectionCensus, calls: CallCensus) {
        self.lane = lane
        self.census = census
        self.calls = calls
        deadlines = ConnectionActivity.Deadlines(census.limits)
        load = LoadController(longest: census.limits.queueDelay)
    }

    /// Something is read. A round is what an event loop does between two waits; what it is told to do later comes at its
    /// end.
    @inline(__always)
    func noteRead(at now: Timestamp, _ service: KeyService, on eventLoop: any EventLoop) {
        if roundStart == nil, !load.isOff { beginRound(at: now, service, on: eventLoop) }
    }

    private func beginRound(at now: Timestamp, _ service: KeyService, on eventLoop: any EventLoop) {
        roundStart = now
        onStrangers = 0
        (reads, fullReads, furtherReads) = (0, 0, .max)
        if endRound == nil {
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            endRound = { bound.value.finishRound(at: service.now()) }
        }
        if let endRound { eventLoop.execute(endRound) }
    }

    /// So long, of the round, was for a connection that speaks for nobody.
    func noteStrangers(from start: Timestamp, to end: Timestamp) {
        let span = max(0, end.nanoseconds &- start.nanoseconds)
        onStrangers &+= span
        onStrangersInTick &+= span
    }

    /// Whether they have had what they may have of this tick.
    var hasHadStrangers: Bool { onStrangersInTick > Limits.strangersMicroseconds * 1_000 }

    /// A caller's connection was read.
    @inline(__always)
    func noteCallersRead() { reads += 1 }

    /// It left so much in its socket that it counts for so many more.
    func noteFurtherReads(_ count: Int) {
        fullReads += 1
        furtherReads = min(furtherReads, count)
    }

    /// Of what waits in sockets as much counts as waits in most: whoever floods his own is served in his turn, and takes
    /// nobody else's.
    private var furtherReadsOfMost: Int { 2 * fullReads > reads ? furtherReads : 0 }

    private func finishRound(at now: Timestamp) {
        // What strangers send is no reason to shed what callers ask.
        if let start = roundStart {
            load.endRound(
                from: start.nanoseconds &+ onStrangers, to: now.nanoseconds, further: furtherReadsOfMost,
                elsewhere: onStrangers &+ handshakes.takeNanoseconds())
        }
        roundStart = nil
    }

    /// The server is stopping: a connection that comes now is told so.
    private(set) var isDraining = false

    /// Keeps track of a connection until its channel has closed, however that comes about.
    func add(_ handler: FrameHandler, on channel: any Channel) {
        handler.place = open.count
        open.append((channel, handler))
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.remove(handler)
            if self.open.isEmpty { self.finishDraining() }
        }
        if sweep != nil { return }
        let time = TimeAmount.milliseconds(Limits.sweepMilliseconds)
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        sweep = channel.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { _ in bound.value.lookAtSome()
        }
    }

    private func remove(_ handler: FrameHandler) {
        open.swapAt(handler.place, open.count - 1)
        open[handler.place].handler.place = handler.place
        open.removeLast()
        if !open.isEmpty { return }
        sweep?.cancel()
        sweep = nil
        // What many connections took is not kept for few.
        open = []
    }

    /// Looks at a part of the connections, so that no turn takes long; at each of them once in `Limits.sweepTurns`.
    private func lookAtSome() {
        tick += 1
        onStrangersInTick = 0
        var count = min(open.count, (open.count + Limits.sweepTurns - 1) / Limits.sweepTurns)
        while count > 0, !open.isEmpty {
            count -= 1
            if sweptCount >= open.count { sweptCount = 0 }
            let handler = open[sweptCount].handler
            sweptCount += 1
            handler.keepDeadlines(at: tick)
        }
    }

    /// Asks every connection to finish what is in flight; succeeds when all are closed.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        isDraining = true
        drained = promise
        if open.isEmpty { finishDraining() }
        for (_, handler) in open { handler.drain() }
        return promise.futureResult
    }

    /// Closes every connection that is left.
    func abort() {
        for (channel, _) in open { channel.close(promise: nil) }
    }

    private func finishDraining() {
        drained?.succeed()
        drained = nil
    }
}
