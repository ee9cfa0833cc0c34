// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// One connection of the load generator: always `depth` calls in flight, each answer followed by the next call.
final class BenchConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connections of one event loop share.
    final class Shared {
        let frames: BenchFrames
        var tally = BenchTally()
        /// Answers count from here to `end`.
        var begin = NIODeadline.distantFuture
        var end = NIODeadline.distantFuture

        init(frames: BenchFrames) {
            self.frames = frames
        }
    }

    private let shared: Shared
    private var sentAt: [NIODeadline]
    private var random: SystemSeededGenerator
    private var received = ByteBuffer()
    private var outgoing = ByteBuffer()
    private var inFlight = 0

    init(shared: Shared, depth: Int) {
        self.shared = shared
        sentAt = Array(repeating: .uptimeNanoseconds(0), count: depth)
        random = SystemSeededGenerator()
    }

    /// Sends the first calls.
    func start(context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        for slot in sentAt.indices { ask(slot: slot, at: now) }
        flush(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.discardReadBytes()
            received.writeBuffer(&bytes)
        }
        let used = received.withUnsafeReadableBytes { take(from: $0, at: now) }
        guard let used else {
            shared.tally.record(error: Reason.protocolViolation.rawValue)
            context.close(promise: nil)
            return
        }
        received.moveReaderIndex(forwardBy: used)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        if inFlight == 0 { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if inFlight > 0 { shared.tally.recordLostConnection() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Takes the whole frames; returns how many bytes they were, `nil` if they are none.
    private func take(from bytes: UnsafeRawBufferPointer, at now: NIODeadline) -> Int? {
        var used = 0
        while bytes.count - used >= 4 {
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: used, as: UInt32.self)))
            guard length <= Limits.serverFrameBytes else { return nil }
            guard bytes.count - used - 4 >= length else { break }
            let frame = UnsafeRawBufferPointer(rebasing: bytes[used + 4..<used + 4 + length])
            guard let reply = BenchReply(scanning: frame) else { return nil }
            take(reply, frame: frame, at: now)
            used += 4 + length
        }
        return used
    }

    private func take(_ reply: BenchReply, frame: UnsafeRawBufferPointer, at now: NIODeadline) {
        let counts = now >= shared.begin && now < shared.end
        let slot = reply.id &- BenchFrames.firstID
        guard slot < UInt64(sentAt.count) else {
            // Status for the connection as a whole, or nonsense: an error at any time.
            shared.tally.record(error: reason(of: frame))
            return
        }
        inFlight -= 1
        switch reply.outcome {
        case .verdict(let verdict):
            let nanoseconds = UInt64(clamping: (now - sentAt[Int(slot)]).nanoseconds)
            if counts { shared.tally.record(verdict: verdict, nanoseconds: nanoseconds) }
        case .error, .other:
            shared.tally.record(error: reason(of: frame))
        }
        if now < shared.end { ask(slot: Int(slot), at: now) }
    }

    private func ask(slot: Int, at now: NIODeadline) {
        let index = Int.random(in: 0..<shared.frames.count, using: &random)
        shared.frames.write(index, slot: slot, to: &outgoing)
        sentAt[slot] = now
        inFlight += 1
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard outgoing.readableBytes > 0 else { return }
        let out = outgoing
        outgoing = context.channel.allocator.buffer(capacity: out.readableBytes)
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    private func reason(of frame: UnsafeRawBufferPointer) -> String {
        guard case .failure(let refusal)? = try? ServerFrame.decode(ByteBuffer(bytes: frame)).result else {
            return Reason.protocolViolation.rawValue
        }
        return refusal.reason.rawValue.isEmpty ? refusal.code.name : refusal.reason.rawValue
    }
}
