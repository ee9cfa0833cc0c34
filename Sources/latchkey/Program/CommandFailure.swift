// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A command's own reason to end without success.
struct CommandFailure: Error {
    let message: String
    /// What to do about it; empty = nothing to say.
    let hint: String
    let status: ExitStatus

    init(_ message: String, hint: String = "", status: ExitStatus) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    /// For flags of which one at most makes sense.
    static func refuseBoth(
        _ one: String, _ isOne: Bool, _ other: String, _ isOther: Bool
    ) throws(CommandFailure) {
        guard isOne, isOther else { return }
        throw CommandFailure("\(one) and \(other) exclude each other", hint: "leave one of them out", status: .usage)
    }
}
