// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel
internal import NIOCore

/// Stops accepting for a while when there is no descriptor or memory for it, or when there are as many sockets as may be.
///
/// The socket that listens stays readable meanwhile, and an event loop that goes on asking would do nothing else. Turning
/// off reading takes it out of what the loop asks about, which not reading does not after an accept that failed. Who
/// connects waits in the kernel's queue.
final class AcceptGate: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let census: ConnectionCensus
    private let isLocal: Bool
    private let retry: TimeAmount
    private let mostInTurn: Int
    private(set) var isShut = false
    /// When the turn of `Limits.sweepMilliseconds` began, and how many have come since.
    private var turn: NIODeadline?
    private var count = 0

    /// - Parameters:
    ///   - isLocal: It sits on a Unix socket.
    ///   - eventLoops: How many share what comes.
    ///   - retry: How long nothing is accepted after it failed.
    init(
        _ census: ConnectionCensus, isLocal: Bool = false, eventLoops: Int = 1,
        retry: TimeAmount = .milliseconds(Limits.acceptRetryMilliseconds)
    ) {
        self.census = census
        self.isLocal = isLocal
        self.retry = retry
        let (perSecond, isFar) = census.limits.newConnectionsPerSecond.multipliedReportingOverflow(by: eventLoops)
        let turns = Int(1_000 / Limits.sweepMilliseconds)
        mostInTurn = isFar ? .max : perSecond / turns + (perSecond % turns == 0 ? 0 : 1)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let socket = Self.unwrapInboundIn(data)
        census.addSocket()
        socket.closeFuture.whenComplete { [census] _ in census.removeSocket() }
        if census.isFull(isLocal: isLocal) {
            shut(context, for: .milliseconds(Limits.acceptFullMilliseconds))
        } else if !isLocal {
            keepPace(context)
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Other errors are of one connection that was not made, or close the channel.
        guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else { return }
        census.refusals.add(.acceptFailures)
        shut(context, for: retry)
    }

    /// Leaves the rest of a turn to those who are connected when as many have come as may in one.
    private func keepPace(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        let length = TimeAmount.milliseconds(Limits.sweepMilliseconds)
        let begin = turn.flatMap { now - $0 < length ? $0 : nil } ?? now
        if begin != turn { (turn, count) = (begin, 0) }
        count += 1
        if count >= mostInTurn { shut(context, for: begin + length - now) }
    }

    private func shut(_ context: ChannelHandlerContext, for time: TimeAmount) {
        if isShut { return }
        isShut = true
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        channel.eventLoop.scheduleTask(in: time) {
            gate.value.isShut = false
            let isFull = gate.value.census.isFull(isLocal: gate.value.isLocal)
            if isFull, let context = try? channel.pipeline.syncOperations.context(handler: gate.value) {
                gate.value.shut(context, for: .milliseconds(Limits.acceptFullMilliseconds))
            } else {
                channel.setOption(.autoRead, value: true).whenComplete { _ in }
            }
        }
    }
}
