// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

extension Reason {
    /// More calls wait in a client than it holds.
    public static let tooManyCalls = Reason(rawValue: "TOO_MANY_CALLS")
    /// The client was closed.
    public static let clientClosed = Reason(rawValue: "CLIENT_CLOSED")
}

/// What the client itself has to say when a call ends without the server's answer.
extension Refusal {
    static let clientClosed = Refusal(.cancelled, .clientClosed, "the client was closed")

    static let tooManyCalls = Refusal(
        .resourceExhausted, .tooManyCalls,
        "\(Limits.clientWaitingCalls) calls wait in this client already; nothing was done")

    /// The caller's task was cancelled.
    static func cancelled(_ call: PendingCall) -> Refusal {
        Refusal(.cancelled, .cancelled, "\(call.call.name) was cancelled" + call.doubt)
    }

    /// The caller's task was cancelled before the call was made.
    static func cancelledBefore(_ call: Call) -> Refusal {
        Refusal(.cancelled, .cancelled, "\(call.name) was cancelled before it was sent; nothing was done")
    }

    /// The answer to one call came as another's.
    static let otherAnswer = Refusal.violation("the server gave another call's answer")

    /// The time is over. `connection` is why there is no connection, if that is it.
    static func timedOut(_ call: PendingCall, connection: Refusal?) -> Refusal {
        if !call.isInFlight, let connection { return connection }
        let milliseconds = (call.deadline - call.begun).nanoseconds / 1_000_000
        let time = milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
        return Refusal(
            .deadlineExceeded, .deadlineExceeded,
            call.isInFlight
                ? "no answer to \(call.call.name) within \(time)" + call.doubt
                : "\(call.call.name) could not be sent within \(time); nothing was done")
    }

    /// The connection was lost; `cause` is what is known about it.
    static func connectionLost(_ address: ServerAddress, _ cause: Refusal? = nil) -> Refusal {
        Refusal(
            cause?.code ?? .unavailable, cause?.reason ?? .connectionLost,
            "the connection to \(address) was lost" + (cause.map { ": \($0.message)" } ?? ""))
    }

    /// Nothing came for so long that it must be dead.
    static func silent(_ address: ServerAddress) -> Refusal {
        connectionLost(
            address, Refusal(.unavailable, .connectionLost, "nothing came for \(Limits.clientSilenceMilliseconds) ms"))
    }

    static func tooLarge(_ call: Call, bytes: Int) -> Refusal {
        Refusal(
            .invalidArgument, .frameTooLarge,
            "\(call.name) has \(bytes) bytes; a call may have \(Limits.clientFrameBytes)")
    }

    /// `self` is that the connection was lost, which `word` had announced: a word about the connection says nothing about
    /// the calls on it, so it lends its message and its pause, not its reason.
    func after(_ word: Refusal) -> Refusal {
        var refusal = self
        refusal.message += ": \(word.message)"
        refusal.retryAfter = word.retryAfter
        return refusal
    }

    /// `self` is why the connection was lost; this is what calls get that come before there is another.
    var refusingOthers: Refusal {
        var refusal = self
        if refusal.reason == .connectionLost { refusal.reason = .connectionRefused }
        return refusal
    }

    /// `self` is why the connection was lost; this is what it means for one call that was in flight.
    func ending(_ call: PendingCall) -> Refusal {
        var refusal = self
        refusal.message += call.doubt
        return refusal
    }

    /// The server sent what this client cannot make sense of.
    static func violation(_ message: String) -> Refusal {
        Refusal(.internal, .protocolViolation, message)
    }
}

extension PendingCall {
    /// For the end of a message about a call whose answer is lost.
    fileprivate var doubt: String {
        guard call.mutation != nil else { return "" }
        if !isInFlight { return "; nothing was done" }
        return call.isOnceOnly
            ? "; whether it was carried out is not known: look before you try again"
            : "; whether it was carried out is not known: make it again with the same request_id, and it is done once"
    }
}
