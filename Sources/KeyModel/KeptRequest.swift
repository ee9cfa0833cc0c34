// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// B7: a mutation that had an id, kept for as long as a retry of it gets the first answer.
public struct KeptRequest: Sendable {
    public let request: IdentifiedRequest
    public let answer: MutationAnswer
    /// The secret that the answer held, under a key that this process alone has; `nil` = there was none, or it went with
    /// the process that had it.
    public let sealedSecret: [UInt8]?

    public init(_ request: IdentifiedRequest, _ answer: MutationAnswer, sealedSecret: [UInt8]? = nil) {
        self.request = request
        self.answer = answer
        self.sealedSecret = sealedSecret
    }

    /// From here on it is forgotten: the same id is a new one.
    public var endTime: Timestamp { answer.time.advanced(by: Limits.requestSpan) }

    /// What it takes in memory, about: its own parts, and a record that only it may still hold.
    public var storedBytes: Int {
        let names = request.scope.caller.utf8.count + request.scope.accountID.utf8.count
        let own = 320 + names + request.scope.requestID.count + (sealedSecret?.count ?? 0)
        guard case .key(let record, _) = answer.left else { return own }
        let key = record.key
        let texts = key.name.utf8.count + key.description.utf8.count + key.userID.utf8.count
        return own + 448 + texts + key.old.count * 72 + (key.rules?.storedBytes ?? 0)
    }
}
