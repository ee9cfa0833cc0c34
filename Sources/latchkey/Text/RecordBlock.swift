// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// One record for a person: a name and a value a line.
struct RecordBlock {
    struct Row {
        let name: String
        let value: String
        var style: Terminal.Style?
        /// Never broken into lines: it is to be copied.
        var isWhole = false
    }

    private(set) var rows: [Row] = []

    mutating func add(_ name: String, _ value: String, style: Terminal.Style? = nil, isWhole: Bool = false) {
        rows.append(Row(name: name, value: Printable.line(value), style: style, isWhole: isWhole))
    }

    /// The lines, as wide as the terminal at most.
    func text(for terminal: Terminal) -> String {
        let nameWidth = (rows.map { DisplayWidth.of($0.name) }.max() ?? 0) + 2
        let valueWidth = terminal.columns.map { max($0 - nameWidth, 20) }
        var text = ""
        for row in rows {
            let whole = [row.value]
            let lines = row.isWhole ? whole : valueWidth.map { DisplayWidth.wrapped(row.value, to: $0) } ?? whole
            for (index, line) in lines.enumerated() {
                let name = DisplayWidth.padded(index == 0 ? row.name : "", to: nameWidth)
                text += terminal.styled(name, .faint) + (row.style.map { terminal.styled(line, $0) } ?? line) + "\n"
            }
        }
        return text
    }
}
