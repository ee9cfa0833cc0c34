// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What came of a call, whichever door it went through.
struct Outcome: Sendable {
    /// OK, or as gRPC writes it.
    var code = "OK"
    var reply = JSON.null
    var reason = ""
    var message = ""
    var violations: [String] = []
    var hasRetryAfter = false

    /// What many calls at once are counted by.
    var name: String { reason.isEmpty ? reply["verdict"]?.text ?? code : reason }
}

/// A way into the service. Every door runs the same cases.
protocol Door: Sendable {
    /// Makes a call: its name in ClientFrame, and its request in proto3 JSON. A stream is read until it has given so many
    /// records, or until it ends.
    func call(_ name: String, _ request: JSON, timeoutMilliseconds: Int64?, records: Int?) async throws -> Outcome
}
