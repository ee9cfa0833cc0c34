// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting
import Testing

/// What the program takes from the system that it runs on.
@Suite struct ProcessTests {
    @Test("the program reads its arguments where /proc is not mounted")
    func withoutProc() async throws {
        let name = "mount -t tmpfs tmpfs /proc && exec \"$0\" \"$@\""
        let user = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
        let program = try Program(
            ["health", "--address", "nonsense"],
            under: ["/usr/bin/unshare"] + user + ["--mount", "/bin/sh", "-c", name])
        program.send("")
        #expect(await program.status() == 64)
        let (output, errors) = await program.written()
        #expect(output.isEmpty)
        #expect(errors.hasPrefix("latchkey: --address: 'nonsense' is not an address"))
    }
}
