// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// A terminal that does not show what is typed, until it is restored: by the program, or by an interrupt.
struct QuietTerminal {
    private let descriptor: CInt
    private let before: termios
    private let interrupt: any DispatchSourceSignal

    /// `nil` = not a terminal.
    init?(_ descriptor: CInt) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        let before = settings
        self.descriptor = descriptor
        self.before = before
        // The process must not end, at ^C, with a terminal that shows nothing.
        signal(SIGINT, SIG_IGN)
        interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        interrupt.setEventHandler {
            var settings = before
            tcsetattr(descriptor, TCSAFLUSH, &settings)
            StandardError.write("\n")
            exit(128 + SIGINT)
        }
        interrupt.resume()
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(descriptor, TCSAFLUSH, &settings)
    }

    func restore() {
        var settings = before
        tcsetattr(descriptor, TCSAFLUSH, &settings)
        interrupt.cancel()
        signal(SIGINT, SIG_DFL)
    }
}
