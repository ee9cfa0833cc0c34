// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// What a caller may do just now.
package final class CallerStanding: Sendable {
    /// As the journal and the usage log name him.
    package let name: String
    package let nameBytes: [UInt8]
    /// `nil` = he may do nothing that takes a right.
    package let authority: Authority?
    /// He is no caller.
    package let isNobody: Bool
    package let mayValidate: Bool
    /// Whose keys he may validate; `nil` = everyone's.
    package let validateScope: AccountScope?
    package let mayReport: Bool
    /// As whom he reports outcomes: empty = of everyone's questions, else of those that he asked himself.
    package let reporterBytes: [UInt8]

    /// Whose failed Validates are counted, beside the client's address.
    private let tag: Int

    init(name: String, authority: Authority?) {
        self.name = name
        tag = name.hashValue
        self.authority = authority
        isNobody = authority == nil
        nameBytes = Array(name.utf8)
        let scope = authority?.rights.scope(of: .validate)
        mayValidate = scope.map { !$0.isEmpty } ?? false
        validateScope = scope.flatMap { $0.isEverything ? nil : $0 }
        let reports = authority?.rights.scope(of: .report)
        mayReport = reports.map { !$0.isEmpty } ?? false
        reporterBytes = reports?.isEverything == true ? [] : nameBytes
    }

    /// Whether he may make a call; throws what he is told otherwise.
    package func check(_ call: Call) throws(Refusal) {
        guard let right = call.right else { return }
        guard let authority else { throw refusal(to: right) }
        try call.check(authority.rights)
    }

    /// What he is told who has a right nowhere.
    func refusal(to right: CallRight) -> Refusal {
        authority == nil ? .callerRequired : .notPermitted(right)
    }

    /// Whose usage events he may see.
    package var usageScope: AccountScope? {
        authority?.rights.scope(of: CallRight(.usage, .read))
    }

    /// Who failed Validates are counted of: the caller and the client for whom he asks; the caller alone only carries
    /// the question. `nil` = the client is not known, and nobody may be held for what others did.
    package func party(asking question: ValidateQuestion) -> FailureMeter.Party? {
        question.clientAddress.map { FailureMeter.Party(tag, IPAddress.network(of: $0)) }
    }
}
