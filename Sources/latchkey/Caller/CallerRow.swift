// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A caller as one line of a table, 80 columns wide:
///
///     CALLER        NAME          STATUS    UNTIL       LAST USED   MAY DO
///     4mVb0QaX9dEF  Orders serv…  ACTIVE    never       3h ago      validator: acme
struct CallerRow: KeyLine {
    let terminal: Terminal

    /// With room to spare, half of that is the name's.
    private var nameWidth: Int { terminal.columns.map { max(12, min(28, 12 + ($0 - 80) / 2)) } ?? 28 }

    var header: String {
        terminal.styled(
            line(
                id: "CALLER", name: "NAME", status: "STATUS", until: "UNTIL", lastUse: "LAST USED", rights: "MAY DO"),
            .bold)
    }

    func text(_ key: Key, now: Timestamp) -> String {
        line(
            id: key.id.description, name: key.name, status: key.status.name, style: key.status.style,
            until: NearTime.text(key.standing.expireTime, now, terminal),
            lastUse: NearTime.text(key.lastUseTime, now, terminal),
            rights: CallerRole.words(for: key.grants))
    }

    private func line(
        id: String, name: String, status: String, style: Terminal.Style? = nil, until: String, lastUse: String,
        rights: String
    ) -> String {
        let timeWidth = NearTime.width(terminal)
        var line = TableLine()
        line.add(id, width: 12)
        line.add(name, width: nameWidth, isCut: true)
        line.add(status, width: 8, style: style)
        line.add(until, width: timeWidth)
        line.add(lastUse, width: timeWidth)
        line.add(rights)
        return line.text(for: terminal)
    }
}
