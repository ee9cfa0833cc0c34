// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// A line of a table whose rows come one by one, so that the widths of its columns are fixed beforehand.
///
/// On a terminal the line is never wider than that: what does not fit ends in an ellipsis. Elsewhere all is shown.
struct TableLine {
    private struct Cell {
        let text: String
        let width: Int?
        let isCut: Bool
        let style: Terminal.Style?
    }

    private static let gap = "  "
    private var cells: [Cell] = []

    /// Adds a column.
    ///
    /// - Parameters:
    ///   - width: how wide it is; `nil` = the last one, which takes what is left.
    ///   - isCut: what is wider is cut on a terminal, else it moves what stands behind it.
    mutating func add(_ text: String, width: Int? = nil, isCut: Bool = false, style: Terminal.Style? = nil) {
        cells.append(Cell(text: Printable.line(text), width: width, isCut: isCut, style: style))
    }

    func text(for terminal: Terminal) -> String {
        var line = ""
        var left = terminal.columns ?? .max
        for (index, cell) in cells.enumerated() {
            let gap = index == 0 ? "" : Self.gap
            left -= gap.count
            if left <= 0 { break }
            let room = terminal.columns == nil ? .max : cell.isCut ? min(cell.width ?? left, left) : left
            let shown = DisplayWidth.truncated(cell.text, to: room)
            // Nothing is put behind the last one, so that a line that is copied has no spaces at its end.
            let isLast = index == cells.count - 1
            let padded = isLast ? shown : DisplayWidth.padded(shown, to: min(cell.width ?? 0, left))
            line += gap + (cell.style.map { terminal.styled(padded, $0) } ?? padded)
            left -= DisplayWidth.of(padded)
        }
        return line
    }
}
