// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the program wrote on a terminal, on standard output and standard error together.
struct Screen {
    /// With the control sequences of colours.
    var text: String
    var status: Int32

    /// Runs the program on a terminal of its own, to its end.
    static func show(
        _ arguments: [String], columns: Int, input: String = "", environment: [String: String] = [:]
    ) async throws -> Screen {
        // script(1) makes the terminal. What is typed is not echoed, so that all there is to see is the program's.
        let words = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let program = try Program(
            ["-qec", "stty cols \(columns) -echo; exec \(words)", "/dev/null"], program: "/usr/bin/script",
            environment: ["TERM": "xterm", "SHELL": "/bin/sh"].merging(environment) { $1 })
        program.send(input)
        let status = await program.status()
        return Screen(text: await program.written().output.replacing("\r\n", with: "\n"), status: status)
    }

    /// Without colours.
    var plain: String { text.replacing(/\u{1B}\[[0-9;]*[mK]/, with: "") }
}
