// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where data go. Unbuffered: a command writes whole lines.
enum StandardOutput {
    static func write(_ text: String) throws(CommandFailure) {
        guard let code = writeAll(text, to: STDOUT_FILENO) else { return }
        // The reader has gone, as `head` does. SwiftNIO ignores the signal that would have ended the process.
        if code == EPIPE { exit(128 + SIGPIPE) }
        throw CommandFailure(
            "cannot write to standard output: " + (strerror(code).map { String(cString: $0) } ?? "error \(code)"),
            status: .internal)
    }

    static func writeLine(_ text: String) throws(CommandFailure) {
        try write(text + "\n")
    }
}

/// Where messages go.
enum StandardError {
    /// There is nowhere left to complain when this fails.
    static func write(_ text: String) {
        _ = writeAll(text, to: STDERR_FILENO)
    }

    /// Writes a message of one line. A terminal that is too narrow gets it in several, broken between words, under a
    /// heading like "hint: " if it has one.
    static func tell(_ message: String, heading: String = "") {
        write(lines(message, heading: heading, columns: Terminal.error.columns).joined(separator: "\n") + "\n")
    }

    static func lines(_ message: String, heading: String, columns: Int?) -> [String] {
        let message = Printable.line(message)
        guard let columns else { return [heading + message] }
        let lines = DisplayWidth.wrapped(message: message, to: columns - heading.count)
        let indent = String(repeating: " ", count: heading.count)
        return lines.enumerated().map { ($0 == 0 ? heading : indent) + $1 }
    }
}

/// `nil`, or the error number.
func writeAll(_ text: String, to descriptor: CInt) -> CInt? {
    var text = text
    return text.withUTF8 { bytes in
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
