// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a model simulation came to.
package struct ModelOutcome: Sendable, CustomStringConvertible {
    package var steps = 0
    package var failures: [String] = []
    /// How often each thing has happened: calls by name, refusals by reason, verdicts, ends of lives.
    package private(set) var counts: [String: Int] = [:]

    package static func += (sum: inout ModelOutcome, other: ModelOutcome) {
        sum.steps += other.steps
        sum.failures += other.failures
        sum.counts.merge(other.counts, uniquingKeysWith: +)
    }

    mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    mutating func count(_ call: Call, _ result: Result<Reply, Refusal>) {
        count(Self.name(call))
        switch result {
        case .failure(let refusal): count("refused: \(refusal.reason.rawValue)")
        case .success(.validate(let answer)):
            count("\(answer.denials.isEmpty ? "verdict" : "explained"): \(answer.verdict?.name ?? "none")")
            if answer.superseded, answer.verdict == .valid { count("old secrets that work") }
        case .success(.importKeys(let response)):
            for result in response.results { count("import: \(result.isImported ? "done" : result.reason.rawValue)") }
        case .success: break
        }
    }

    private static func name(_ call: Call) -> String {
        switch call {
        case .createKey: "CreateKey"
        case .getKey: "GetKey"
        case .listKeys: "ListKeys"
        case .updateKey: "UpdateKey"
        case .rekeyKey: "RekeyKey"
        case .retireSecrets: "RetireSecrets"
        case .revokeKey: "RevokeKey"
        case .revokeAllKeys: "RevokeAllKeys"
        case .validate: "Validate"
        case .getAccount: "GetAccount"
        case .updateAccount: "UpdateAccount"
        case .listAccounts: "ListAccounts"
        case .importKeys: "ImportKeys"
        case .validateBatch, .reportOutcome, .streamUsage, .whoAmI, .health, .snapshot: "other"
        }
    }

    /// What a shard of `make test` must have met many times over, and has not: no calm day proves anything.
    package var missing: [String] {
        let calls = [
            "CreateKey", "GetKey", "ListKeys", "UpdateKey", "RekeyKey", "RetireSecrets", "RevokeKey", "RevokeAllKeys",
            "Validate", "GetAccount", "UpdateAccount", "ListAccounts", "ImportKeys",
        ]
        let reasons: [Reason] = [
            .invalidField, .keyNotFound, .accountNotFound, .keyRevoked, .keyExpired, .activeKeyLimit, .revisionMismatch,
            .keyCountMismatch, .downgradeTooLate, .tooManySecrets,
        ]
        let ends = ["kill", "powerCut", "powerCutAfterWrite", "stop"].map { "end: \($0)" }
        let others = ["old secrets that work", "snapshots finished", "time passed to an instant", "import: KEY_EXISTS"]
        let names =
            calls + reasons.map { "refused: \($0.rawValue)" } + Verdict.allCases.map { "verdict: \($0.name)" } + ends
            + others
        return names.filter { counts[$0] == nil }
    }

    /// The rows of a table of two columns.
    package var description: String {
        let rows = counts.sorted { $0.key < $1.key }.map { name, count in "| \(name) | \(count) |" }
        return (["| steps | \(steps) |"] + rows + ["| failures | \(failures.count) |"]).joined(separator: "\n")
    }
}
