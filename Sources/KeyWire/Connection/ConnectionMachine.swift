// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// The server's side of one connection, without any I/O: bytes go in, what to do comes out.
///
/// The same machine runs under SwiftNIO, under the fuzzer and in simulations. It cuts frames, decodes them, knows which
/// calls are in flight, and when to stop reading or to close. It makes no decision about keys.
package struct ConnectionMachine: ~Copyable {
    /// What the connection is to do next.
    package enum Action {
        /// Nothing more to do with these bytes; the rest of them is the beginning of a frame.
        case needBytes
        /// As many calls are in flight as may be: read no more until one has ended, then go on with the same bytes.
        case pause
        /// Answer now. The question is valid until the next action is asked for.
        case validate(id: UInt64, timeoutMilliseconds: UInt32, ValidateQuestion)
        /// Answer all of them now, likewise.
        case validateBatch(id: UInt64, timeoutMilliseconds: UInt32, ValidateBatch)
        /// Note all of them now, likewise.
        case reportOutcome(id: UInt64, timeoutMilliseconds: UInt32, OutcomeBatch)
        /// Begin a call; it is in flight until `end` is told of it.
        indirect case begin(id: UInt64, timeoutMilliseconds: UInt32, Call)
        /// End a call early, if it is still in flight.
        case cancel(target: UInt64)
        /// The frame holds an authorization and no call: answer only if it is not in force.
        case authorize(id: UInt64)
        /// Answer with a Status.
        case refuse(id: UInt64, Refusal)
        /// Answer with a Status, then close: what follows cannot be trusted.
        case close(id: UInt64, Refusal)
    }

    /// Calls that have begun and not ended.
    private var inFlight: Set<UInt64> = []
    private let callsInFlightMax: Int
    private var isClosed = false

    /// - Parameter callsInFlightMax: As many, then it pauses.
    package init(callsInFlightMax: Int = Limits.callsInFlightPerConnection) {
        self.callsInFlightMax = callsInFlightMax
    }

    package var callsInFlight: Int { inFlight.count }

    /// Whether a call with this id has begun and not ended.
    @inline(__always)
    package func isInFlight(_ id: UInt64) -> Bool { !inFlight.isEmpty && inFlight.contains(id) }

    /// Takes the next frame from `bytes`, from `offset` on, and moves `offset` behind it.
    package mutating func next(
        in bytes: UnsafeRawBufferPointer, from offset: inout Int, _ decoder: FrameDecoder
    ) -> Action {
        if isClosed {
            offset = bytes.count
            return .needBytes
        }
        if inFlight.count >= callsInFlightMax { return .pause }
        guard bytes.count - offset >= 4 else { return .needBytes }
        let length = unsafe Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        if length > Limits.clientFrameBytes {
            return close(
                0,
                Refusal(
                    .invalidArgument, .frameTooLarge,
                    "a frame of \(length) bytes; at most \(Limits.clientFrameBytes) are accepted. Is this a Latchkey client?"
                ))
        }
        guard bytes.count - offset - 4 >= length else { return .needBytes }
        let begin = offset + 4
        offset = begin + length
        do throws(FrameDecoder.Rejection) {
            let frame = try unsafe decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[begin..<offset]))
            if !inFlight.isEmpty, inFlight.contains(frame.id) { return closeDuplicate(frame.id) }
            switch frame.content {
            case .validate(let question):
                return .validate(id: frame.id, timeoutMilliseconds: frame.timeoutMilliseconds, question)
            case .validateBatch(let batch):
                return .validateBatch(id: frame.id, timeoutMilliseconds: frame.timeoutMilliseconds, batch)
            case .reportOutcome(let batch):
                return .reportOutcome(id: frame.id, timeoutMilliseconds: frame.timeoutMilliseconds, batch)
            case .call(let call):
                inFlight.insert(frame.id)
                return .begin(id: frame.id, timeoutMilliseconds: frame.timeoutMilliseconds, call)
            case .cancel(let target):
                return .cancel(target: target)
            case .nothing:
                return .authorize(id: frame.id)
            }
        } catch {
            // Without an id nobody can tell what was refused.
            if error.id == 0 { return close(0, error.refusal) }
            if inFlight.contains(error.id) { return closeDuplicate(error.id) }
            return .refuse(id: error.id, error.refusal)
        }
    }

    /// A Validate cannot be answered yet: it is in flight until `end` is told of it.
    package mutating func hold(_ id: UInt64) {
        inFlight.insert(id)
    }

    /// A call has got its last frame.
    package mutating func end(_ id: UInt64) {
        inFlight.remove(id)
    }

    private mutating func closeDuplicate(_ id: UInt64) -> Action {
        close(
            id,
            Refusal(
                .invalidArgument, .idInvalid, "id \(id) is in flight on this connection; use another number",
                violations: [FieldViolation("id", "in flight on this connection")]))
    }

    private mutating func close(_ id: UInt64, _ refusal: Refusal) -> Action {
        isClosed = true
        return .close(id: id, refusal)
    }
}
