// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Which entries a stream is to have. An outcome is judged by what it knows of its event, and by when it was reported.
enum UsageFilter {
    /// - Parameter scope: Whose events there are for the reader.
    static func passes(_ kind: UsageRecord.Kind, _ request: StreamUsageRequest, in scope: AccountScope) -> Bool {
        switch kind {
        case .event(let event):
            if !scope.contains(event.accountID) { return false }
            return passes(
                request, event.time, event.verdict, (event.accountID, event.keyID, event.userID), event.superseded)
        case .outcome(let outcome):
            if !scope.contains(outcome.accountID) { return false }
            // Of an event that is not known, nobody can say that it was a denial.
            if request.deniedOnly, outcome.verdict == nil { return false }
            return passes(
                request, outcome.time, outcome.verdict, (outcome.accountID, outcome.keyID, outcome.userID),
                outcome.superseded)
        case .gap, .live, .heartbeat: return true
        }
    }

    private static func passes(
        _ request: StreamUsageRequest, _ time: Timestamp, _ verdict: Verdict?,
        _ of: (accountID: String, keyID: String, userID: String), _ superseded: Bool
    ) -> Bool {
        if !request.accountID.isEmpty, request.accountID != of.accountID { return false }
        if !request.keyID.isEmpty, request.keyID != of.keyID { return false }
        if !request.userID.isEmpty, request.userID != of.userID { return false }
        if request.deniedOnly, verdict == .valid { return false }
        if let afterTime = request.afterTime, time < afterTime { return false }
        if !request.verdicts.isEmpty {
            guard let verdict, request.verdicts.contains(verdict) else { return false }
        }
        return !request.supersededOnly || superseded
    }
}
