// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CArguments

/// Where the process begins.
@main
enum EntryPoint {
    static func main() async {
        ProcessHygiene.begin()
        await Latchkey.run(arguments)
    }

    /// What stands behind the program's name.
    private static var arguments: [String] {
        (0..<argument_count()).dropFirst().map { argument_at($0).map { String(cString: $0) } ?? "" }
    }
}
