// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel

/// What became of the questions that a `RevocationFire` asked.
struct RevocationTally: Sendable {
    /// VALID while the change was not yet acknowledged.
    var validBefore = 0
    /// Denied as they must be: sent before the change and waiting for it, or sent after the reply.
    var waited = 0
    var after = 0
    /// Asked while the wave was under way.
    var between = 0
    var faults: [String] = []

    static func += (total: inout RevocationTally, part: RevocationTally) {
        total.validBefore += part.validBefore
        total.waited += part.waited
        total.after += part.after
        total.between += part.between
        total.faults += part.faults
    }

    /// An answer that must never be.
    mutating func fault(_ number: Int, _ answer: ValidateResponse, _ when: String) {
        faults.append("\(when): key \(number) was \(answer.verdict?.name ?? "?")")
    }
}
