// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire

/// Records of the usage log as comma-separated values. The columns are for good: further ones come behind them.
enum UsageCSV {
    private static let columns = [
        "sequence", "kind", "time", "verdict", "http_status", "key_id", "name", "account_id", "user_id", "client_ip",
        "http_method", "path", "resource", "message", "generation", "superseded", "usage_id", "caller",
        "missing_from", "missing_count", "missing_reason",
    ]

    static var head: String {
        var row = CSVText()
        for column in columns { row.add(own: column) }
        return row.ended()
    }

    static func line(_ record: UsageRecord) -> String {
        switch record.kind {
        case .event(let event): line(event, record.sequence)
        case .outcome(let outcome): line(outcome, record.sequence)
        case .gap(let gap): line(gap, record.sequence)
        case .live, .heartbeat: ""
        }
    }

    private static func line(_ event: UsageEvent, _ sequence: UInt64) -> String {
        var row = CSVText()
        row.add(own: "\(sequence)")
        row.add(own: "event")
        row.add(own: RFC3339.text(event.time, digits: 9))
        row.add(own: event.verdict?.name ?? "UNKNOWN")
        row.add(own: event.httpStatus == 0 ? "" : "\(event.httpStatus)")
        for text in [
            event.keyID, event.name, event.accountID, event.userID, event.clientIP, event.httpMethod, event.path,
            event.resource, event.message,
        ] {
            row.add(text)
        }
        row.add(own: event.generation == 0 ? "" : "\(event.generation)")
        row.add(own: "\(event.superseded)")
        row.add(ProtoJSON.base64(event.usageID))
        row.add(event.caller)
        for _ in 0..<3 { row.add(own: "") }
        return row.ended()
    }

    /// Of its event it says what the service knew; the rest stands in the event's own line, which has the same usage_id.
    private static func line(_ outcome: UsageOutcome, _ sequence: UInt64) -> String {
        var row = CSVText()
        row.add(own: "\(sequence)")
        row.add(own: "outcome")
        row.add(own: RFC3339.text(outcome.time, digits: 9))
        row.add(own: outcome.verdict?.name ?? "")
        row.add(own: "\(outcome.httpStatus)")
        row.add(outcome.keyID)
        row.add(own: "")
        row.add(outcome.accountID)
        row.add(outcome.userID)
        for _ in 0..<6 { row.add(own: "") }
        row.add(own: outcome.keyID.isEmpty ? "" : "\(outcome.superseded)")
        row.add(ProtoJSON.base64(outcome.usageID))
        for _ in 0..<4 { row.add(own: "") }
        return row.ended()
    }

    private static func line(_ gap: UsageGap, _ sequence: UInt64) -> String {
        var row = CSVText()
        row.add(own: "\(sequence)")
        row.add(own: "gap")
        for _ in 2..<columns.count - 3 { row.add(own: "") }
        row.add(own: "\(gap.firstSequence)")
        row.add(own: "\(gap.count)")
        row.add(gap.reason)
        return row.ended()
    }
}
