// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire

/// A connection's state machine with the buffer that a door keeps for it, and all that it has asked for.
final class ScriptedConnection {
    enum Event: Equatable {
        case validate(id: UInt64, ValidateRequest)
        case validateBatch(id: UInt64, ValidateBatchRequest)
        case reportOutcome(id: UInt64, ReportOutcomeRequest)
        case begin(id: UInt64, timeoutMilliseconds: UInt32, Call)
        case cancel(target: UInt64)
        case authorize(id: UInt64)
        case refuse(id: UInt64, Refusal)
        case close(id: UInt64, Refusal)
        case pause
    }

    private var machine = ConnectionMachine()
    private let decoder = FrameDecoder()
    /// What has come and was not taken yet.
    private(set) var unread: [UInt8] = []

    var callsInFlight: Int { machine.callsInFlight }

    /// Takes bytes from the peer, and returns what is to be done for them.
    func receive(_ bytes: some Sequence<UInt8>) -> [Event] {
        unread += bytes
        return advance()
    }

    /// Goes on with what waits.
    func advance() -> [Event] {
        var events: [Event] = []
        var offset = 0
        unread.withUnsafeBytes { bytes in
            while let event = event(machine.next(in: bytes, from: &offset, decoder)) {
                events.append(event)
                if event == .pause { break }
            }
        }
        unread.removeFirst(offset)
        return events
    }

    func end(_ id: UInt64) {
        machine.end(id)
    }

    private func event(_ action: ConnectionMachine.Action) -> Event? {
        switch action {
        case .needBytes: nil
        case .pause: .pause
        case .validate(let id, _, let question): .validate(id: id, ValidateRequest(question))
        case .validateBatch(let id, _, let batch): .validateBatch(id: id, ValidateBatchRequest(batch))
        case .reportOutcome(let id, _, let batch): .reportOutcome(id: id, ReportOutcomeRequest(batch))
        case .begin(let id, let timeout, let call): .begin(id: id, timeoutMilliseconds: timeout, call)
        case .cancel(let target): .cancel(target: target)
        case .authorize(let id): .authorize(id: id)
        case .refuse(let id, let refusal): .refuse(id: id, refusal)
        case .close(let id, let refusal): .close(id: id, refusal)
        }
    }
}

extension ScriptedConnection.Event {
    /// The reason of a refusal, and whether the connection closes with it.
    var refusal: (id: UInt64, reason: Reason, closes: Bool)? {
        switch self {
        case .refuse(let id, let refusal): (id, refusal.reason, false)
        case .close(let id, let refusal): (id, refusal.reason, true)
        case .validate, .validateBatch, .reportOutcome, .begin, .cancel, .authorize, .pause: nil
        }
    }
}
