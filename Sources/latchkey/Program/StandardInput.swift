// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where secrets and answers come from.
enum StandardInput {
    /// The next line without its end, cut at `maximumBytes`; `nil` at the end of the input.
    ///
    /// Reads byte by byte, so as to take nothing that is not its own.
    static func line(maximumBytes: Int) -> [UInt8]? {
        var line: [UInt8] = []
        // It may be a secret: it does not move while it grows.
        line.reserveCapacity(maximumBytes)
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return line.isEmpty ? nil : line }
            if byte == UInt8(ascii: "\n") { break }
            if line.count < maximumBytes { line.append(byte) }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}
