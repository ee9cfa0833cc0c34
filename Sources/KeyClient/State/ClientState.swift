// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// What a client does with its calls and its connection: events in, decisions out, no I/O.
///
///     waiting --send--> in flight --answer, time, cancel--> gone
///        ^                 |
///        '--lost, may be made twice--'        anything else in flight fails when the connection is lost
struct ClientState {
    enum Link {
        /// None; another may be tried from `notBefore` on.
        case down(notBefore: NIODeadline)
        case connecting
        case up
        /// The server said that it is about to end this one: what is in flight may finish, nothing new is sent.
        case draining(Refusal)
        case closed
    }

    /// One call that ends without the server's answer.
    struct Failure {
        let id: UInt64
        let refusal: Refusal
    }

    let callsInFlightMax: Int
    let waitsForConnection: Bool
    private(set) var link = Link.down(notBefore: .uptimeNanoseconds(0))
    private(set) var calls: [UInt64: PendingCall] = [:]
    /// Those that wait, in order; ids that are no longer in `calls` are skipped.
    private var waiting = CircularBuffer<UInt64>()
    private(set) var inFlight = 0
    private var lastID: UInt64 = 0
    private var backoff = Backoff()
    /// Why there is no connection; `nil` = nothing has failed since there was a good one.
    private var unreachable: Refusal?
    /// Since when the server has owed an answer and sent nothing at all.
    private var silentSince: NIODeadline?
    /// No call has to be given up before it.
    private var earliestGiveUp = NIODeadline.distantFuture

    init(callsInFlightMax: Int, waitsForConnection: Bool) {
        self.callsInFlightMax = callsInFlightMax
        self.waitsForConnection = waitsForConnection
    }

    private var waitingCount: Int { calls.count - inFlight }

    /// A number that was not used before.
    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: Calls

    mutating func submit(_ id: UInt64, _ call: PendingCall, at now: NIODeadline) throws(Refusal) {
        switch link {
        case .closed: throw .clientClosed
        case .down(let notBefore) where !waitsForConnection && now < notBefore:
            if let unreachable { throw unreachable }
        case .down, .connecting, .up, .draining: break
        }
        guard waitingCount < Limits.clientWaitingCalls else { throw .tooManyCalls }
        calls[id] = call
        waiting.append(id)
        earliestGiveUp = min(earliestGiveUp, call.giveUpTime)
    }

    /// The next call to put on the wire, now in flight; `nil` = none may be sent now.
    mutating func nextToSend(at now: NIODeadline) -> (id: UInt64, call: Call, timeoutMilliseconds: UInt32)? {
        guard case .up = link else { return nil }
        while inFlight < callsInFlightMax, let id = waiting.popFirst() {
            // Those whose time is over stay where they are, to be given up by the timer.
            guard var pending = calls[id], let timeout = pending.timeoutMilliseconds(at: now) else { continue }
            pending.isInFlight = true
            pending.tries += 1
            calls[id] = pending
            inFlight += 1
            silentSince = silentSince ?? now
            return (id, pending.call, timeout)
        }
        return nil
    }

    /// The server answered: the call is over. `nil` for one that was given up before; `nil` too, with `wasIssued`
    /// false, for one that was never made.
    mutating func answered(_ id: UInt64, at now: NIODeadline) -> PendingCall? {
        backoff.reset()
        unreachable = nil
        let pending = remove(id)
        silentSince = inFlight > 0 ? now : nil
        return pending
    }

    /// Whether this client has ever used this id.
    func wasIssued(_ id: UInt64) -> Bool { id != 0 && id <= lastID }

    /// Takes a call away: its caller does not wait for it any more, or it cannot be sent.
    mutating func remove(_ id: UInt64) -> PendingCall? {
        guard let pending = calls.removeValue(forKey: id) else { return nil }
        if pending.isInFlight {
            inFlight -= 1
            if inFlight == 0 { silentSince = nil }
        } else if waiting.count > 2 * waitingCount + 16 {
            waiting = CircularBuffer(waiting.filter { calls[$0] != nil })
        }
        return pending
    }

    // MARK: The connection

    /// When to begin to connect: now or earlier, or later; `nil` = there is no reason to.
    var connectTime: NIODeadline? {
        guard waitingCount > 0, case .down(let notBefore) = link else { return nil }
        return notBefore
    }

    mutating func connecting() {
        link = .connecting
    }

    mutating func connected() {
        link = .up
    }

    /// The attempt failed. Returns the calls that fail with it.
    mutating func connectFailed(_ refusal: Refusal, at now: NIODeadline) -> [Failure] {
        if case .closed = link { return [] }
        link = .down(notBefore: now + backoff.next())
        unreachable = refusal
        return waitsForConnection ? [] : calls.keys.sorted().compactMap { end($0, refusal) }
    }

    /// The server's word that it will end the connection, and why.
    mutating func farewell(_ refusal: Refusal) {
        if case .up = link { link = .draining(refusal) }
    }

    /// Whether the connection has no purpose left but to be replaced.
    var isDrained: Bool {
        if case .draining = link { return inFlight == 0 }
        return false
    }

    /// The connection is gone. What may be made twice and went with it is made once more on the next one; returns those
    /// that fail.
    mutating func lost(_ loss: Refusal, at now: NIODeadline) -> [Failure] {
        var cause = loss
        switch link {
        case .closed: return []
        case .draining(let word): cause = loss.after(word)
        case .down, .connecting, .up: break
        }
        // The first loss is made good at once; when the next connection does not bring an answer either, pauses begin.
        let pause = backoff.failures == 0 ? nil : backoff.next()
        if pause == nil { _ = backoff.next() }
        link = .down(notBefore: now + (pause ?? .zero))
        unreachable = cause.refusingOthers
        silentSince = nil
        var failures: [Failure] = []
        var again: [UInt64] = []
        for (id, pending) in calls where pending.isInFlight {
            if pending.call.isOnceOnly || pending.tries > 1 || cause.reason == .protocolViolation {
                failures.append(Failure(id: id, refusal: cause.ending(pending)))
            } else {
                again.append(id)
            }
        }
        for id in again.sorted(by: >) {
            calls[id]?.isInFlight = false
            waiting.prepend(id)
        }
        inFlight = failures.count
        for failure in failures { _ = remove(failure.id) }
        return failures.sorted { $0.id < $1.id }
    }

    /// Ends everything, for good.
    mutating func close() -> [Failure] {
        link = .closed
        return calls.keys.sorted().compactMap { end($0, .clientClosed) }
    }

    private mutating func end(_ id: UInt64, _ refusal: Refusal) -> Failure? {
        remove(id).map { Failure(id: id, refusal: $0.isInFlight ? refusal.ending($0) : refusal) }
    }

    // MARK: Time

    /// When `timePassed` has something to do; `nil` = not before something else happens.
    var wakeTime: NIODeadline? {
        guard !calls.isEmpty else { return nil }
        return min(earliestGiveUp, connectTime ?? .distantFuture)
    }

    /// Gives up the calls whose time is over. Returns them, and which of them the server is to be told about.
    mutating func timePassed(now: NIODeadline) -> (failures: [Failure], cancel: [UInt64]) {
        guard now >= earliestGiveUp else { return ([], []) }
        var failures: [Failure] = []
        var cancel: [UInt64] = []
        earliestGiveUp = .distantFuture
        for (id, pending) in calls {
            guard pending.giveUpTime <= now else {
                earliestGiveUp = min(earliestGiveUp, pending.giveUpTime)
                continue
            }
            failures.append(Failure(id: id, refusal: .timedOut(pending, connection: unreachable)))
            if pending.isInFlight { cancel.append(id) }
        }
        let silence = silentSince
        for failure in failures { _ = remove(failure.id) }
        silentSince = silence
        return (failures, cancel)
    }

    /// Whether the server has owed an answer for so long, without a byte, that the connection must be dead.
    func isSilent(at now: NIODeadline) -> Bool {
        guard let silentSince else { return false }
        return now - silentSince >= .milliseconds(Limits.clientSilenceMilliseconds)
    }
}
