// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire
internal import NIOCore

/// The calls of a connection that are no Validates: each is a task, and comes back to the loop with its answer.
extension FrameHandler {
    /// Whether the connection's caller may validate, as of now. The lane has been entered.
    @inline(__always)
    func mayValidate(at now: Timestamp) -> Bool {
        caller.current.refresh(on: loop.lane, at: now)
        return caller.current.standing.mayValidate
    }

    func mayReport(at now: Timestamp) -> Bool {
        caller.current.refresh(on: loop.lane, at: now)
        return caller.current.standing.mayReport
    }

    /// Whether a deadline of so many milliseconds, 0 = none, has passed for a frame that waited so long.
    func isOver(_ timeoutMilliseconds: UInt32, _ waitedNanoseconds: Int64) -> Bool {
        timeoutMilliseconds != 0 && waitedNanoseconds / 1_000_000 >= Int64(timeoutMilliseconds)
    }

    func begin(
        _ id: UInt64, timeoutMilliseconds: UInt32, waited: Int64, _ call: Call, at now: Timestamp
    ) {
        guard let context else { return }
        if isDraining { return finish(id, .failure(.shuttingDown)) }
        if isOver(timeoutMilliseconds, waited) { return finish(id, .failure(.deadlineExceeded)) }
        let left = Int64(timeoutMilliseconds) * 1_000_000 - waited
        let deadline =
            timeoutMilliseconds == 0
            ? nil : TimeSpan(nanoseconds: service.timeSinceBoot().nanoseconds + left)
        let callContext: CallContext
        do throws(Refusal) {
            let arrival = loop.load.isOff ? nil : service.timeSinceBoot()
            callContext = try caller.admit(call, deadline: deadline, arrival: arrival, at: now)
        } catch {
            return finish(id, .failure(error))
        }
        if case .streamUsage(let request) = call {
            return beginStream(id, request, timeout: timeoutMilliseconds == 0 ? nil : .nanoseconds(left), context)
        }
        if !loop.calls.enter(call) {
            loop.census.refusals.add(.calls)
            return finish(id, .failure(.overloaded))
        }
        if call.isPage { pages += 1 }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let (service, calls) = (service, loop.calls)
        Task {
            let result: Result<Reply, Refusal>
            do throws(Refusal) {
                result = .success(try await service.perform(call, callContext))
            } catch {
                result = .failure(error)
            }
            if call.isPage {
                eventLoop.execute { handler.value.finishPage(id, result, of: call) }
            } else {
                calls.leave(call)
                eventLoop.execute { handler.value.finish(id, result) }
            }
        }
    }

    // MARK: Pages

    /// Whether another page may wait for the peer to read it.
    var mayBeginPage: Bool { pages < max(1, loop.census.limits.slowReaderBytes / Limits.serverFrameBytes) }

    /// Its place is free again when it has left for the socket.
    private func finishPage(_ id: UInt64, _ result: Result<Reply, Refusal>, of call: Call) {
        guard let context, !isClosing else { return endPage(call) }
        finish(id, result)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.endPage(call) }
        write(context, written)
    }

    private func endPage(_ call: Call) {
        pages -= 1
        loop.calls.leave(call)
        resumeLater()
    }

    /// A page's place comes back, and a peer reads, in the middle of a write: what waits is not gone on with there.
    func resumeLater() {
        guard isPaused, let context else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { handler.value.resume() }
    }

    // MARK: Ends

    /// The last frame of a call: its answer.
    func finish(_ id: UInt64, _ result: Result<Reply, Refusal>?) {
        machine.end(id)
        if isClosing {
            result?.issuedSecret?.cleanse()
            return
        }
        activity.touch(at: loop.tick)
        reply(id, result)
        resume()
    }

    /// After a call has ended: goes on with what waits, and writes, once for all calls that end in this tick.
    func resume() {
        guard let context else { return }
        // What is answered while nothing is read would only wait with the rest.
        if isPaused, !isResting, context.channel.isWritable {
            processUnread()
            if !isPaused { releaseRead(context) }
        }
        closeWhenDone()
        if isFlushDue { return }
        isFlushDue = true
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            handler.value.isFlushDue = false
            if let context = handler.value.context { handler.value.flush(context) }
        }
    }
}
