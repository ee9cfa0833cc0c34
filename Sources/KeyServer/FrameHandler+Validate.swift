// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyUsage
internal import KeyWire
internal import NIOCore

/// Validates, answered where they are read; one that asks for a later revision is kept until the store has come to it.
extension FrameHandler {
    func answer(_ id: UInt64, _ question: ValidateQuestion, for caller: CallerStanding, at now: Timestamp) {
        let wait = wait(question, for: caller, at: now)
        let (answer, key) = decide(question, for: caller, wait, at: now)
        if let wait, key == nil { return reply(id, .failure(.tooManyFailures(wait))) }
        ValidateReplyWriter.write(id: id, question, answer, key: key, into: &output)
    }

    func answer(_ id: UInt64, _ batch: ValidateBatch, for caller: CallerStanding, at now: Timestamp) {
        let writer = ValidateBatchWriter(id: id, into: &output)
        for index in 0..<batch.count {
            let question = batch[index]
            let wait = wait(question, for: caller, at: now)
            let (answer, key) = decide(question, for: caller, wait, at: now)
            writer.append(question, answer, key: key, into: &output)
        }
        writer.finish(&output)
    }

    /// - Parameter wait: How long guesses of this client are to wait.
    @inline(__always)
    private func decide(
        _ question: ValidateQuestion, for caller: CallerStanding, _ wait: TimeSpan?, at now: Timestamp
    ) -> (answer: ValidateAnswer, key: Unmanaged<PublishedKey>?) {
        let decided = caller.nameBytes.withUnsafeBytes {
            service.validate(
                question, at: now, caller: $0, in: caller.validateScope, guessesWait: wait, on: loop.lane)
        }
        if wait != nil {
            if decided.key == nil { loop.census.refusals.add(.guesses) }
        } else if decided.answer.verdict.isGuess {
            countGuess(question, for: caller, at: now)
        }
        return decided
    }

    /// Keeps a frame until the store has come to a revision. Other calls go on meanwhile.
    func hold(
        _ id: UInt64, _ frame: Slice<UnsafeRawBufferPointer>, _ timeoutMilliseconds: UInt32, _ waited: Int64,
        revision: UInt64
    ) {
        guard let context else { return }
        if isDraining { return reply(id, .failure(.shuttingDown)) }
        machine.hold(id)
        let milliseconds = timeoutMilliseconds == 0 ? Limits.revisionWaitMilliseconds : Int64(timeoutMilliseconds)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        held.add(
            id, ByteBuffer(bytes: frame), by: caller.current, revision: revision,
            for: .nanoseconds(milliseconds * 1_000_000 - waited), service,
            on: context.eventLoop
        ) { handler.value.release(id, isReached: $0) }
    }

    /// Answers what was kept.
    private func release(_ id: UInt64, isReached: Bool) {
        guard let ended = held.remove(id) else { return }
        defer { ended.frame.cleanseReadableBytes() }
        if !isReached || isClosing {
            let refusal: Refusal =
                isDraining ? .shuttingDown : .revisionNotReached(ended.revision, at: service.revision)
            return finish(id, .failure(refusal))
        }
        machine.end(id)
        let now = service.now()
        loop.lane.enter()
        var asking = ended.caller
        asking.refresh(on: loop.lane, at: now)
        ended.frame.withUnsafeReadableBytes { bytes in
            do throws(FrameDecoder.Rejection) {
                let content = try loop.decoder.decode(bytes).content
                // It was taken when the frame came.
                _ = loop.decoder.takeAuthorization()
                if !asking.standing.mayValidate {
                    return reply(id, .failure(caller.refuseValidate(asking, at: now)))
                }
                switch content {
                case .validate(let question): answer(id, question, for: asking.standing, at: now)
                case .validateBatch(let batch): answer(id, batch, for: asking.standing, at: now)
                // It was one of the two when it was kept.
                case .reportOutcome, .call, .cancel, .nothing: break
                }
            } catch {
                reply(id, .failure(error.refusal))
            }
        }
        loop.lane.leave()
        loop.decoder.cleanse()
        loop.lane.usage.signal()
        resume()
    }
}
