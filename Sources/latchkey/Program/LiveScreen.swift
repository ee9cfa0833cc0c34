// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// The terminal's other screen (xterm, ctlseqs: DEC private mode 1049), on which a picture is drawn again and again in
/// place, until it is left and everything is as it was.
final class LiveScreen {
    private static let enterSequence = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[H\u{1B}[2J"
    private static let leaveSequence = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    /// What is typed is not shown, and is read at once; `nil` = standard input is no terminal.
    private let settings: (before: termios, during: termios)?
    private let sources: [any DispatchSourceProtocol]

    /// Enters it.
    ///
    /// - Parameters:
    ///   - quit: `q` was pressed.
    ///   - redraw: the terminal has another size, or what was drawn is gone.
    init(quit: @escaping @Sendable () -> Void, redraw: @escaping @Sendable () -> Void) throws(CommandFailure) {
        var before = termios()
        var isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
        // In the background, to read or to change the terminal would stop the process.
        if tcgetpgrp(STDIN_FILENO) != getpgrp() { isTerminal = false }
        var during = before
        during.c_lflag &= ~tcflag_t(ECHO | ICANON)
        let settings = isTerminal ? (before: before, during: during) : nil
        self.settings = settings
        let resize = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
        resize.setEventHandler { redraw() }
        signal(SIGTSTP, SIG_IGN)
        let stop = DispatchSource.makeSignalSource(signal: SIGTSTP, queue: .global())
        stop.setEventHandler {
            Self.leave(settings)
            raise(SIGSTOP)
            // Goes on here with SIGCONT.
            Self.enter(settings)
            redraw()
        }
        var sources: [any DispatchSourceProtocol] = [resize, stop]
        if isTerminal {
            let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
            keys.setEventHandler {
                var byte: UInt8 = 0
                if read(STDIN_FILENO, &byte, 1) != 1 || byte == UInt8(ascii: "q") { quit() }
            }
            sources.append(keys)
        }
        self.sources = sources
        Self.enter(settings)
        for source in sources { source.activate() }
    }

    /// Draws the lines, each as wide as the terminal at most, over what was there.
    func draw(_ lines: [String]) throws(CommandFailure) {
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        try StandardOutput.write("\u{1B}[H" + text + "\u{1B}[J")
    }

    func leave() {
        for source in sources { source.cancel() }
        signal(SIGTSTP, SIG_DFL)
        Self.leave(settings)
    }

    private static func enter(_ settings: (before: termios, during: termios)?) {
        if var during = settings?.during { tcsetattr(STDIN_FILENO, TCSANOW, &during) }
        _ = writeAll(enterSequence, to: STDOUT_FILENO)
    }

    private static func leave(_ settings: (before: termios, during: termios)?) {
        _ = writeAll(leaveSequence, to: STDOUT_FILENO)
        if var before = settings?.before { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    }
}
