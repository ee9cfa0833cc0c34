// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore

/// Drives connection after connection with damaged frames, as a door would, and counts what becomes of them.
struct FuzzedConnection: ~Copyable {
    private static let streamBytes = 1 << 20
    /// Good calls that bring a connection close to its cap.
    private static let opening = (1...UInt64(Limits.callsInFlightPerConnection - 2)).flatMap {
        ClientFrame(id: $0, timeoutMilliseconds: 0, content: .call(.health)).bytes
    }

    private(set) var tally = FuzzTally()
    private var mutator: FrameMutator
    private let stream = UnsafeMutableRawBufferPointer.allocate(byteCount: streamBytes, alignment: 16)
    private let guarded: GuardedMemory
    private let decoder = FrameDecoder()
    private var inFlight: [UInt64] = []
    private var output = ByteBuffer()
    private var sink: UInt64 = 0

    init?(seeds: [[UInt8]], seed: UInt64) {
        guard let guarded = GuardedMemory(capacity: Self.streamBytes) else { return nil }
        self.guarded = guarded
        mutator = FrameMutator(seeds: seeds, seed: seed)
    }

    deinit {
        stream.deallocate()
    }

    /// One connection: a stream of damaged frames that comes in random pieces, until it ends or is closed.
    mutating func run() {
        tally.connections += 1
        let isBusy = mutator.random(below: 64) == 0
        let count = write(frames: 1 + mutator.random(below: 24))
        let pieces = [Int.max, Int.max, 4_096, 64, 7][mutator.random(below: 5)]
        var machine = ConnectionMachine()
        inFlight.removeAll(keepingCapacity: true)
        if isBusy { open(&machine) }
        var taken = 0
        var arrived = 0
        while arrived < count {
            arrived = pieces == .max ? count : min(count, arrived + 1 + mutator.random(below: pieces))
            let unread = guarded.copy(UnsafeRawBufferPointer(rebasing: stream[taken..<arrived]))
            var offset = 0
            let goesOn = take(unread, from: &offset, &machine, isBusy: isBusy)
            taken += offset
            if !goesOn { break }
        }
    }

    private mutating func write(frames: Int) -> Int {
        var count = 0
        for _ in 0..<frames where count + FrameMutator.largestFrame < Self.streamBytes {
            count += mutator.write(to: UnsafeMutableRawBufferPointer(rebasing: stream[count...]))
        }
        return count
    }

    private mutating func open(_ machine: inout ConnectionMachine) {
        Self.opening.withUnsafeBytes { bytes in
            var offset = 0
            while case .begin(let id, _, _) = machine.next(in: bytes, from: &offset, decoder) { inFlight.append(id) }
        }
    }

    /// Takes all whole frames; false when the connection has closed.
    private mutating func take(
        _ unread: UnsafeRawBufferPointer, from offset: inout Int, _ machine: inout ConnectionMachine, isBusy: Bool
    ) -> Bool {
        while true {
            let before = offset
            let action = machine.next(in: unread, from: &offset, decoder)
            check(offset >= before && offset <= unread.count, "the offset left the buffer")
            check(machine.callsInFlight <= Limits.callsInFlightPerConnection, "more calls in flight than the cap")
            switch action {
            case .needBytes:
                check(unread.count - offset < 4 + Limits.clientFrameBytes, "more kept than one frame")
                return true
            case .pause:
                tally.paused += 1
                check(!inFlight.isEmpty, "paused for nothing")
                endAll(&machine)
            case .validate(_, _, let question):
                tally.decoded += 1
                tally.examined += 1
                read(question)
            case .validateBatch(_, _, let batch):
                tally.decoded += 1
                tally.examined += 1
                for index in 0..<batch.count { read(batch[index]) }
            case .reportOutcome(_, _, let batch):
                tally.decoded += 1
                tally.examined += 1
                for index in 0..<batch.count { sink &+= batch[index].usageID.serial &+ UInt64(batch[index].httpStatus) }
            case .begin(let id, _, let call):
                tally.decoded += 1
                tally.examined += 1
                sink &+= UInt64(call.violationCount)
                inFlight.append(id)
                if !isBusy, mutator.random(below: 4) != 0 { endAll(&machine) }
            case .cancel(let target):
                tally.decoded += 1
                tally.examined += 1
                sink &+= target
            case .authorize:
                tally.decoded += 1
                tally.examined += 1
                check(decoder.takeAuthorization() != nil, "authorized without an authorization")
            case .refuse(let id, let refusal):
                tally.refused += 1
                tally.examined += 1
                check(id != 0, "refused without an id")
                if tally.refused & 15 == 0 { answer(id, refusal) }
            case .close(let id, let refusal):
                tally.closed += 1
                tally.examined += 1
                answer(id, refusal)
                if case .needBytes = machine.next(in: unread, from: &offset, decoder), offset == unread.count {
                    return false
                }
                check(false, "decoded after it closed")
                return false
            }
        }
    }

    private mutating func endAll(_ machine: inout ConnectionMachine) {
        for id in inFlight { machine.end(id) }
        inFlight.removeAll(keepingCapacity: true)
        check(machine.callsInFlight == 0, "calls in flight that nobody began")
    }

    /// Reads the ends of what the question points to.
    private mutating func read(_ question: ValidateQuestion) {
        for text in [question.secret, question.clientIP, question.resource, question.httpMethod, question.path] {
            if let first = text.first, let last = text.last { sink &+= UInt64(first) &+ UInt64(last) }
        }
        for index in 0..<question.fields.count { sink &+= UInt64(question.fields[index].count) }
        if Token(parsing: question.secret) != nil { sink &+= 1 }
    }

    private mutating func answer(_ id: UInt64, _ refusal: Refusal) {
        output.clear()
        ServerFrame(id: id, end: true, result: .failure(refusal)).encode(into: &output)
        check(output.readableBytes <= Limits.serverFrameBytes, "a refusal larger than a frame")
    }

    private mutating func check(_ good: Bool, _ fault: String) {
        if !good { tally.faults.insert(fault) }
    }
}
