// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What `usage top` shows, for a program.
enum UsageTopJSON {
    static func line(_ tally: UsageTopTally, time: Timestamp, isLost: Bool) -> String {
        JSONText.object([
            ("time", .time(time)), ("sequence", .whole(tally.sequence)), ("connected", .flag(!isLost)),
            ("intervalMilliseconds", .number(Int(tally.latestMilliseconds))),
            ("windowMilliseconds", .number(Int(tally.windowMilliseconds))),
            ("events", .whole(tally.events)), ("missing", .whole(tally.missing)),
            ("verdicts", list(tally.verdicts) { [("verdict", .text($0.element?.name ?? "UNKNOWN"))] }),
            ("keys", list(tally.keys) { [("keyId", .text($0.element))] + key($0.note) }),
            (
                "refusedClients",
                list(tally.failing) {
                    [("clientIp", .text($0.element)), ("lastVerdict", .text($0.note?.name ?? "UNKNOWN"))]
                }
            ),
            (
                "oldSecrets",
                list(tally.oldSecrets) {
                    [("keyId", .text($0.element.keyID)), ("generation", .number(Int($0.element.generation)))]
                        + key($0.note)
                }
            ),
        ]).line
    }

    private static func key(_ note: UsageTopInterval.KeyNote) -> [(String, JSONText?)] {
        [("name", .text(note.name)), ("accountId", .text(note.accountID))]
    }

    private static func list<Element, Note>(
        _ counts: [UsageTopTally.Count<Element, Note>],
        _ members: (UsageTopTally.Count<Element, Note>) -> [(String, JSONText?)]
    ) -> JSONText {
        .list(
            counts.map { count in
                .object(
                    members(count) + [
                        ("count", .whole(count.total)), ("latest", .whole(count.latest)),
                        ("isAtMost", count.isAtMost ? .flag(true) : nil),
                    ])
            })
    }
}
