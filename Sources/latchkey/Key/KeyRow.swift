// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// A key as one line of a table. Keys come page by page, so the columns' widths are fixed beforehand:
///
///     KEY           NAME                 STATUS    EXPIRES     LAST USED   HINT
///     4mVb0QaX9dEF  Night export         ACTIVE    2027-07-10  3h ago      lk_4...Sf9o
struct KeyRow: KeyLine {
    let terminal: Terminal

    /// With room to spare, what it may do is shown too.
    private var hasRules: Bool { terminal.columns ?? .max >= 110 }

    /// What the others leave, so that 80 columns hold all of it. One is to spare, for a terminal that draws an emoji
    /// wider than it is.
    private var nameWidth: Int {
        terminal.columns.map { hasRules ? 28 : max($0 - 62, 8) } ?? 28
    }

    var header: String {
        terminal.styled(
            line(
                key: "KEY", name: "NAME", status: "STATUS", expires: "EXPIRES", lastUse: "LAST USED", hint: "HINT",
                rules: "MAY DO"),
            .bold)
    }

    func text(_ key: Key, now: Timestamp) -> String {
        line(
            key: key.id.description, name: key.name, status: key.status.name, style: key.status.style,
            expires: NearTime.text(key.standing.expireTime, now, terminal),
            lastUse: NearTime.text(key.lastUseTime, now, terminal),
            hint: key.hint, rules: rules(key))
    }

    /// "employees:read and 2 more, 3 addresses, 100/1m"
    private func rules(_ key: Key) -> String {
        var parts = [key.unrestricted ? "everything" : GrantArgument.summary(of: key.grants)]
        if !key.allowedIPs.isEmpty {
            parts.append(key.allowedIPs.count == 1 ? key.allowedIPs[0] : "\(key.allowedIPs.count) addresses")
        }
        if let limit = key.rateLimit { parts.append(RateArgument.text(limit)) }
        return parts.joined(separator: ", ")
    }

    private func line(
        key: String, name: String, status: String, style: Terminal.Style? = nil, expires: String, lastUse: String,
        hint: String, rules: String
    ) -> String {
        let timeWidth = NearTime.width(terminal)
        var line = TableLine()
        line.add(key, width: 12)
        line.add(name, width: nameWidth, isCut: true)
        line.add(status, width: 8, style: style)
        line.add(expires, width: timeWidth)
        line.add(lastUse, width: timeWidth)
        line.add(hint, width: hasRules ? 11 : nil)
        if hasRules { line.add(rules) }
        return line.text(for: terminal)
    }
}
