// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel

/// Outcomes: as they are reported, read in place, and as the usage log tells them.
enum OutcomeCodec {
    typealias Message = Latchkey__V1__UsageOutcome

    /// Checks all of them before any is taken.
    static func batch(_ message: UnsafeRawPointer) throws(Refusal) -> OutcomeBatch {
        let request = unsafe message.assumingMemoryBound(to: Latchkey__V1__ReportOutcomeRequest.self).pointee
        guard unsafe (1...Limits.reportedOutcomes).contains(request.n_outcomes) else {
            throw .invalid([FieldViolation("outcomes", "must be 1 to \(Limits.reportedOutcomes)")])
        }
        var found: [FieldViolation] = []
        for index in unsafe 0..<request.n_outcomes where found.count < Limits.violationsNamed {
            guard let outcome = unsafe request.outcomes?[index] else { continue }
            unsafe check(outcome) { found.append(FieldViolation("outcomes[\(index)].\($0)", $1)) }
        }
        if !found.isEmpty { throw .invalid(Array(found.prefix(Limits.violationsNamed))) }
        return unsafe OutcomeBatch(request.outcomes, count: request.n_outcomes)
    }

    private static func check(_ outcome: UnsafePointer<Message>, _ violation: (String, String) -> Void) {
        if unsafe outcome.pointee.usage_id.len != UsageID.byteCount {
            violation("usage_id", "must be the \(UsageID.byteCount) bytes that Validate returned")
        }
        if unsafe !Limits.outcomeStatuses.contains(outcome.pointee.http_status) {
            let range = Limits.outcomeStatuses
            violation("http_status", "must be \(range.lowerBound) to \(range.upperBound)")
        }
        let unset = "is for the usage log to tell; leave it unset"
        if unsafe outcome.pointee.time != nil { violation("time", unset) }
        if unsafe isSet(outcome.pointee.key_id) { violation("key_id", unset) }
        if unsafe isSet(outcome.pointee.account_id) { violation("account_id", unset) }
        if unsafe isSet(outcome.pointee.user_id) { violation("user_id", unset) }
        if unsafe outcome.pointee.verdict.rawValue != 0 { violation("verdict", unset) }
        if unsafe outcome.pointee.superseded != 0 { violation("superseded", unset) }
    }

    private static func isSet(_ text: UnsafeMutablePointer<CChar>?) -> Bool {
        unsafe text.map { unsafe $0.pointee != 0 } ?? false
    }

    static func encode(
        _ request: ReportOutcomeRequest, _ packer: Packer
    ) -> UnsafeMutablePointer<Latchkey__V1__ReportOutcomeRequest> {
        let message = unsafe packer.make(latchkey__v1__report_outcome_request__init)
        unsafe message.pointee.n_outcomes = request.outcomes.count
        unsafe message.pointee.outcomes = unsafe packer.array(
            request.outcomes.map { outcome in
                let inner = unsafe packer.make(latchkey__v1__usage_outcome__init)
                unsafe inner.pointee.usage_id = unsafe packer.bytes(outcome.usageID)
                unsafe inner.pointee.http_status = outcome.httpStatus
                return unsafe Optional(inner)
            })
        return unsafe message
    }

    static func encode(_ outcome: UsageOutcome, _ packer: Packer) -> UnsafeMutablePointer<Message> {
        let message = unsafe packer.make(latchkey__v1__usage_outcome__init)
        unsafe message.pointee.usage_id = unsafe packer.bytes(outcome.usageID)
        unsafe message.pointee.http_status = outcome.httpStatus
        unsafe message.pointee.time = unsafe TimeCodec.encode(outcome.time, packer)
        unsafe message.pointee.key_id = unsafe packer.text(outcome.keyID)
        unsafe message.pointee.account_id = unsafe packer.text(outcome.accountID)
        unsafe message.pointee.user_id = unsafe packer.text(outcome.userID)
        unsafe message.pointee.verdict = Latchkey__V1__Verdict(rawValue: outcome.verdict?.rawValue ?? 0)
        unsafe message.pointee.superseded = outcome.superseded ? 1 : 0
        return unsafe message
    }

    static func decode(_ outcome: Message) -> UsageOutcome {
        unsafe UsageOutcome(
            usageID: UsageCodec.bytes(outcome.usage_id), httpStatus: outcome.http_status,
            time: TimeCodec.time(outcome.time) ?? Timestamp(nanoseconds: 0), keyID: RequestCodec.text(outcome.key_id),
            accountID: RequestCodec.text(outcome.account_id), userID: RequestCodec.text(outcome.user_id),
            verdict: Verdict(rawValue: outcome.verdict.rawValue), superseded: outcome.superseded != 0)
    }
}

/// The outcomes of one report, in the memory of the frame that they came in; all of them are within bounds.
@safe package struct OutcomeBatch {
    private let outcomes: UnsafeMutablePointer<UnsafeMutablePointer<OutcomeCodec.Message>?>?
    package let count: Int

    fileprivate init(_ outcomes: UnsafeMutablePointer<UnsafeMutablePointer<OutcomeCodec.Message>?>?, count: Int) {
        unsafe self.outcomes = unsafe outcomes
        self.count = count
    }

    /// Valid until the next frame is decoded.
    package subscript(index: Int) -> (usageID: UsageID, httpStatus: UInt16) {
        let none = UsageID(epoch: 0, serial: 0)
        guard let outcome = unsafe outcomes?[index]?.pointee else { return (none, 0) }
        let bytes = unsafe UnsafeRawBufferPointer(start: outcome.usage_id.data, count: outcome.usage_id.len)
        return unsafe (UsageID(bytes) ?? none, UInt16(truncatingIfNeeded: outcome.http_status))
    }
}
