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
    static let output = Terminal(STDOUT_FILENO)

    /// Standard output as it is now: a window can be made wider.
    static var currentOutput: Terminal { Terminal(STDOUT_FILENO) }

    /// Standard error.
    static let error = Terminal(STDERR_FILENO)

    private init(_ descriptor: CInt) {
        guard isatty(descriptor) == 1 else {
            self = .none
            return
        }
        let plain = Environment.value("NO_COLOR") != nil || Self.isDumb
        self.init(columns: max(Self.width(of: descriptor), 40), hasColours: !plain)
    }

    /// It knows no control sequences.
    private static var isDumb: Bool { Environment.value("TERM") == "dumb" }

    init(columns: Int?, hasColours: Bool) {
        self.columns = columns
        self.hasColours = hasColours
    }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    /// A line on standard error can be taken back.
    static var errorCanErase: Bool { error.columns != nil && !isDumb }

    /// What stands on standard output can be drawn over.
    static var outputCanErase: Bool { output.columns != nil && !isDumb }
    /// How many lines it has.
    static var outputRows: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 { return Int(size.ws_row) }
        return 24
    }

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
