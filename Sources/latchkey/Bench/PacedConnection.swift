// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// One connection of an open-loop measurement: its calls go out when they are due, whether or not earlier ones have
/// been answered.
///
/// When `depth` calls are in flight, those that are due wait. Nothing is kept of a call that waits: its number tells
/// when it was due, and from then on its latency counts.
final class PacedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: BenchShared
    /// When the connection's calls are due, by their number.
    private let dueTime: (Int) -> NIODeadline
    /// Until the connection closes.
    private var context: ChannelHandlerContext?
    private var receiver = BenchReceiver()
    private var sender: BenchSender
    /// When the call in each slot was due; `nil` = the slot is free.
    private var inFlight: [NIODeadline?]
    private var freeSlots: [Int]
    /// Calls whose time has come,
    private var dueCount = 0
    /// those of them that were sent,
    private var sentCount = 0
    /// and those that were sent or found `depth` others in flight.
    private var seenCount = 0
    private var isComplete = false

    init(shared: BenchShared, depth: Int, dueTime: @escaping (Int) -> NIODeadline) {
        self.shared = shared
        self.dueTime = dueTime
        sender = BenchSender(frames: shared.frames)
        inFlight = Array(repeating: nil, count: depth)
        freeSlots = Array(0..<depth)
    }

    // MARK: What its pacer calls

    func nextDueTime() -> NIODeadline { dueTime(dueCount) }

    /// The time of one more call has come.
    func addDueCall() { dueCount += 1 }

    /// Sends what is due, as far as the depth lets it.
    func send() {
        guard let context else { return }
        let now = NIODeadline.now()
        while sentCount < dueCount, let slot = freeSlots.popLast() {
            let due = dueTime(sentCount)
            inFlight[slot] = due
            sender.add(slot: slot)
            // How late it is tells of the generator only if it did not wait for the server.
            if sentCount >= seenCount, shared.counts(due) { shared.tally.record(lateness: now - due) }
            sentCount += 1
        }
        for call in max(seenCount, sentCount)..<max(dueCount, sentCount) where shared.counts(dueTime(call)) {
            shared.tally.recordWait()
        }
        seenCount = dueCount
        sender.flush(context)
    }

    /// No more calls will become due.
    func complete() {
        isComplete = true
        closeIfDone()
    }

    /// Counts the calls that were not answered by `now`, with how long they have waited.
    func settle(at now: NIODeadline) {
        for due in inFlight { if let due { settle(due, at: now) } }
        for call in sentCount..<dueCount { settle(dueTime(call), at: now) }
    }

    private func settle(_ due: NIODeadline, at now: NIODeadline) {
        if shared.counts(due) { shared.tally.record(unanswered: now - due) }
    }

    // MARK: What its channel calls

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        guard receiver.take(unwrapInboundIn(data), { take($0, frame: $1, at: now) }) else {
            shared.tally.record(error: Reason.protocolViolation.rawValue)
            return context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if sentCount < dueCount { send() }
        closeIfDone()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        // Later, what it still owes counts as unanswered.
        if !isComplete { shared.tally.recordLostConnection() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func take(_ reply: BenchReply, frame: UnsafeRawBufferPointer, at now: NIODeadline) {
        let slot = Int(truncatingIfNeeded: reply.id &- BenchFrames.firstID)
        guard inFlight.indices.contains(slot), let due = inFlight[slot] else {
            // Status for the connection as a whole, or nonsense.
            shared.tally.record(error: BenchReceiver.reason(of: frame))
            return
        }
        inFlight[slot] = nil
        freeSlots.append(slot)
        switch reply.outcome {
        case .verdict(let verdict):
            if shared.counts(now) { shared.tally.recordAnswerInTime() }
            guard shared.counts(due) else { break }
            shared.tally.record(verdict: verdict, nanoseconds: UInt64(clamping: (now - due).nanoseconds))
        case .error, .other:
            shared.recordFailure(frame, at: due)
        }
    }

    private func closeIfDone() {
        guard isComplete, sentCount == dueCount, freeSlots.count == inFlight.count else { return }
        context?.close(promise: nil)
    }
}
