// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire
internal import NIOCore

/// What a connection is held to.
extension FrameHandler {
    /// Closes it when something has not come in time, or does not go; gives its buffers back when nothing has come for a while.
    func keepDeadlines(at tick: UInt64) {
        guard let context, !isClosing else { return }
        let isBusy = machine.callsInFlight > 0 || isPaused
        let overdue = activity.overdue(
            at: tick, loop.deadlines, isBusy: isBusy, isHeld: isPaused || isReadHeld,
            isNobodys: caller.current.standing.isNobody)
        if let overdue {
            loop.census.refusals.add(overdue.kind)
            end(overdue.refusal, context)
        } else if isSlowReader(context) {
            loop.census.refusals.add(.slowReader)
            end(.slowReader, context)
        } else if activity.isQuiet(at: tick, loop.deadlines) {
            if output.readableBytes == 0, output.capacity > 0 { output = ByteBuffer() }
        }
    }

    /// What waits for a peer to read.
    func backlog(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Whether it does not read what it asked for before: for so long as it may, or for a moment when it asks for more.
    func isSlowReader(_ context: ChannelHandlerContext) -> Bool {
        if isClosing || context.channel.isWritable { return false }
        let ticks = isWaitingForReader ? loop.deadlines.slowReader : loop.deadlines.frame
        return reader.isStuck(for: ticks, at: loop.tick, waiting: backlog(context))
    }

    /// Says why, and closes.
    private func end(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        reply(0, .failure(refusal))
        isClosing = true
        flush(context)
    }

    // MARK: Strangers

    /// Whether a connection that speaks for nobody has been answered enough for now.
    @inline(__always)
    func isEnough() -> Bool {
        caller.current.standing.isNobody && strangersTurn.isOver(at: loop.tick, isShort: loop.hasHadStrangers)
    }

    /// After an authorization: whose time it is from here on.
    func noteStrangers(since begin: inout Timestamp?) {
        if caller.current.standing.isNobody {
            if begin == nil { begin = service.now() }
        } else if let begun = begin {
            loop.noteStrangers(from: begun, to: service.now())
            begin = nil
        }
    }

    /// Leaves what has come where it is, for a while: what a stranger is told costs others their turn.
    func rest() {
        pause()
        guard let context, !isResting else { return }
        isResting = true
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(Limits.sweepMilliseconds)) {
            handler.value.isResting = false
            if !handler.value.isClosing { handler.value.resume() }
        }
    }

    // MARK: Failures

    /// How long a Validate is to wait, if it is wrong, because too many of its client's were; nearly always nobody has to.
    @inline(__always)
    func wait(_ question: ValidateQuestion, for caller: CallerStanding, at now: Timestamp) -> TimeSpan? {
        guard service.failures.guesses.mayHold(at: now), let party = caller.party(asking: question) else { return nil }
        return service.failures.guesses.wait(for: party, at: now)
    }

    func countGuess(_ question: ValidateQuestion, for caller: CallerStanding, at now: Timestamp) {
        guard let party = caller.party(asking: question) else { return }
        service.failures.guesses.count(party, at: now)
    }

    /// Answers a frame whose authorization was one wrong one too many; `false` = there is no call in it to answer.
    func refuse(_ action: ConnectionMachine.Action, _ wait: TimeSpan) -> Bool {
        loop.census.refusals.add(.authorizations)
        switch action {
        case .validate(let id, _, _), .validateBatch(let id, _, _), .reportOutcome(let id, _, _), .authorize(let id):
            reply(id, .failure(.tooManyFailures(wait)))
            return true
        case .begin(let id, _, _):
            finish(id, .failure(.tooManyFailures(wait)))
            return true
        case .cancel, .refuse, .close, .pause, .needBytes:
            return false
        }
    }

    // MARK: Overload

    /// Whether the peer, before so much was read, could send nothing more.
    @inline(__always)
    func isSocketFull(with bytes: Int, _ context: ChannelHandlerContext) -> Bool {
        bytes >= Limits.fullReadBytes && countsForLoad() && SocketBacklog(context.channel).wasFull(before: bytes)
    }

    /// Whether what waits for it counts.
    private func countsForLoad() -> Bool { !loop.load.isOff && caller.current.standing.mayValidate }

    /// Tells the loop how much more waits in the socket than came with a read.
    func noteFullRead(of bytes: Int, _ wasSocketFull: Bool, _ context: ChannelHandlerContext) {
        guard countsForLoad() else { return }
        // One read at least: what came last has waited for what was read before it.
        let further = 1 + SocketBacklog(context.channel).bytes / bytes
        loop.noteFurtherReads(wasSocketFull ? further * Limits.blockedSenderReads : further)
    }

    /// Answers the frame at `offset` without looking into it, if it holds a Validate that is not taken on; says whether
    /// it was asked for one that is.
    @inline(__always)
    func shed(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, _ isTaken: inout Bool, at now: Timestamp) -> Bool {
        let start = loop.load.asksForCost ? service.timeSinceBoot() : nil
        guard let frame = ShedFrame(bytes, at: offset), !machine.isInFlight(frame.id), !isClosing else { return false }
        // Who may not validate anyway uses nothing of what others may.
        isTaken = mayValidate(at: now) && loop.load.takes()
        if isTaken { return false }
        loop.shedReply.write(id: frame.id, into: &output)
        // What a stranger takes is in no round, and is no reason to take more of others'.
        if !caller.current.standing.isNobody {
            loop.load.noteShed(
                start.map { TimeSpan(nanoseconds: service.timeSinceBoot().nanoseconds - $0.nanoseconds) })
        }
        offset = frame.end
        return true
    }
}
