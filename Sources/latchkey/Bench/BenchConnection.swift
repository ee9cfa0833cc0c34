// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// One connection of the load generator: always `depth` calls in flight, each answer followed by the next call.
final class BenchConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: BenchShared
    private var receiver = BenchReceiver()
    private var sender: BenchSender
    private var sentAt: [NIODeadline]
    private var inFlight = 0

    init(shared: BenchShared, depth: Int) {
        self.shared = shared
        sender = BenchSender(frames: shared.frames)
        sentAt = Array(repeating: .uptimeNanoseconds(0), count: depth)
    }

    /// Sends the first calls.
    func start(context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        for slot in sentAt.indices { ask(slot: slot, at: now) }
        sender.flush(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        guard receiver.take(unwrapInboundIn(data), { take($0, frame: $1, at: now) }) else {
            shared.tally.record(error: Reason.protocolViolation.rawValue)
            return context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        sender.flush(context)
        if inFlight == 0 { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if inFlight > 0 { shared.tally.recordLostConnection() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func take(_ reply: BenchReply, frame: UnsafeRawBufferPointer, at now: NIODeadline) {
        let slot = reply.id &- BenchFrames.firstID
        guard slot < UInt64(sentAt.count) else {
            // Status for the connection as a whole, or nonsense: an error at any time.
            shared.tally.record(error: BenchReceiver.reason(of: frame))
            return
        }
        inFlight -= 1
        switch reply.outcome {
        case .verdict(let verdict):
            guard shared.counts(now) else { break }
            let nanoseconds = UInt64(clamping: (now - sentAt[Int(slot)]).nanoseconds)
            shared.tally.record(verdict: verdict, nanoseconds: nanoseconds)
            shared.tally.recordAnswerInTime()
        case .error, .other:
            shared.recordFailure(frame, at: now)
        }
        if now < shared.end { ask(slot: Int(slot), at: now) }
    }

    private func ask(slot: Int, at now: NIODeadline) {
        sender.add(slot: slot)
        sentAt[slot] = now
        inFlight += 1
    }
}
