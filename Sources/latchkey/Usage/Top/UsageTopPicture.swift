// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What `usage top` shows, as lines:
///
///     usage  12:00:03Z  live, at #12,345  over the last 60s
///     1,234/s, 74,040 in all, 98.7% allowed
///
///        /S    TOTAL  VERDICT
///     1,218   73,077  VALID
///        16      963  NOT_FOUND
///     …
struct UsageTopPicture {
    let tally: UsageTopTally
    let terminal: Terminal
    let time: Timestamp
    /// The connection is lost, and being made again.
    let isLost: Bool

    private struct Section {
        let head: String
        let rows: [String]
    }

    /// At most `height` of them: every table gets a line, and then each as many as there is room for.
    func lines(height: Int) -> [String] {
        var lines = [title, summary]
        var room = height - lines.count
        var shown: [(section: Section, count: Int)] = []
        for section in [verdicts, keys, failing, oldSecrets] where room >= 3 {
            shown.append((section, 1))
            room -= 3
        }
        while room > 0, let index = next(shown) {
            shown[index].count += 1
            room -= 1
        }
        for (section, count) in shown {
            lines += ["", terminal.styled(section.head, .bold)]
            lines += section.rows.isEmpty ? [row("-", "-", "none")] : Array(section.rows.prefix(count))
        }
        return Array(lines.prefix(max(height, 0)))
    }

    /// Which table gets the next line: the one with the fewest of those that have more to show.
    private func next(_ shown: [(section: Section, count: Int)]) -> Int? {
        shown.indices.filter { shown[$0].count < shown[$0].section.rows.count }.min {
            shown[$0].count < shown[$1].count
        }
    }

    private var title: String {
        var line = TableLine()
        line.add("usage", style: .bold)
        line.add(String(RFC3339.text(time).dropFirst(11)))
        if isLost {
            line.add("connection lost, connecting again", style: .red)
        } else {
            line.add("live, at #\(Grouped.text(tally.sequence))")
        }
        line.add(
            tally.windowMilliseconds == 0 ? "counting" : "over the last \(seconds(tally.windowMilliseconds))")
        return line.text(for: terminal)
    }

    private var summary: String {
        let allowed = tally.verdicts.first { $0.element == .valid }?.total ?? 0
        var text = "\(rate(tally.latestEvents))/s, \(Grouped.text(tally.events)) in all"
        if tally.events > 0 {
            text += ", \(Grouped.decimals(Double(allowed) / Double(tally.events) * 100))% allowed"
        }
        var line = TableLine()
        line.add(text)
        if tally.missing > 0 { line.add("and \(Grouped.text(tally.missing)) missing", style: .yellow) }
        return line.text(for: terminal)
    }

    private var verdicts: Section {
        Section(
            head: row("/S", "TOTAL", "VERDICT"),
            rows: tally.verdicts.map { count in
                let style: Terminal.Style = count.element == .valid ? .green : .red
                return row(rate(count.latest), total(count), count.element?.name ?? "UNKNOWN", style: style)
            })
    }

    private var keys: Section {
        Section(
            head: row("/S", "TOTAL", "KEY", "ACCOUNT", "NAME"),
            rows: tally.keys.map { row(rate($0.latest), total($0), $0.element, $0.note.accountID, $0.note.name) })
    }

    private var failing: Section {
        Section(
            head: row("/S", "TOTAL", "REFUSED CLIENT", "LAST VERDICT", firstWidth: clientWidth),
            rows: tally.failing.map {
                row(
                    rate($0.latest), total($0), $0.element.isEmpty ? "(not told)" : $0.element,
                    $0.note?.name ?? "UNKNOWN", firstWidth: clientWidth)
            })
    }

    private var oldSecrets: Section {
        Section(
            head: row("/S", "TOTAL", "OLD SECRET OF", "ACCOUNT", "NAME"),
            rows: tally.oldSecrets.map { count in
                row(
                    rate(count.latest), total(count), "\(count.element.keyID) #\(count.element.generation)",
                    count.note.accountID, count.note.name, style: .yellow)
            })
    }

    /// Numbers stand in front, where every terminal has room for them.
    private func row(
        _ rate: String, _ total: String, _ texts: String..., style: Terminal.Style? = nil, firstWidth: Int = 17
    ) -> String {
        var line = TableLine()
        line.add(aligned(rate, 7))
        line.add(aligned(total, 9))
        for (index, text) in texts.enumerated() {
            let isLast = index == texts.count - 1
            line.add(
                text, width: isLast ? nil : index == 0 ? firstWidth : accountWidth, isCut: !isLast,
                style: index == 0 ? style : nil)
        }
        return line.text(for: terminal)
    }

    /// Any address, where the verdict's first letters fit beside it.
    private var clientWidth: Int { terminal.columns.map { min(max($0 - 32, 15), 39) } ?? 39 }
    private var accountWidth: Int { terminal.columns.map { min(max($0 - 50, 8), 20) } ?? 20 }

    private func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func rate(_ count: UInt64) -> String {
        let rate = Double(count) / (Double(tally.latestMilliseconds) / 1_000)
        return rate == 0 ? "0" : rate < 10 ? Grouped.decimals(rate) : Grouped.text(Int(rate.rounded()))
    }

    private func total<Element, Note>(_ count: UsageTopTally.Count<Element, Note>) -> String {
        (count.isAtMost ? "<=" : "") + Grouped.text(count.total)
    }

    private func seconds(_ milliseconds: Int64) -> String {
        milliseconds < 10_000 ? "\(Grouped.decimals(Double(milliseconds) / 1_000))s" : "\(milliseconds / 1_000)s"
    }
}
