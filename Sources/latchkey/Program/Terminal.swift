// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the program knows about where it prints to.
struct Terminal {
    /// How wide lines may be; `nil` = as wide as they are.
    var columns: Int?
    var hasColours: Bool

    /// Not a terminal: whole lines, no colours.
    static let none = Terminal(columns: nil, hasColours: false)

    /// Standard output.
    static let output: Terminal = {
        guard isatty(STDOUT_FILENO) == 1 else { return .none }
        let plain = Environment.value("NO_COLOR") != nil || Environment.value("TERM") == "dumb"
        return Terminal(columns: max(width(of: STDOUT_FILENO), 40), hasColours: !plain)
    }()

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    func styled(_ text: String, _ style: Style) -> String {
        hasColours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// SGR parameters (ECMA-48).
    enum Style: String {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private static func width(of descriptor: CInt) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return Environment.value("COLUMNS").flatMap { Int($0) } ?? 80
    }
}
