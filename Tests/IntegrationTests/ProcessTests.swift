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

    @Test("without an address the program calls the socket that is here, then the system's, then the port")
    func defaultAddress() async throws {
        let directory = try TemporaryDirectory()
        let here = directory.path("latchkey-data/latchkey.sock")
        let system = "/run/latchkey/latchkey.sock"
        // Files of these names are no sockets, and the complaint says which was tried.
        let make = "mkdir -p \"${1%/*}\" && : >\"$1\""
        for (sockets, called) in [
            ([here, system], "unix:./latchkey-data/latchkey.sock"), ([system], "unix:\(system)"),
            ([], "127.0.0.1:7411"),
        ] {
            try? FileManager.default.removeItem(atPath: here)
            let makeAll = sockets.map { "set -- '\($0)'; \(make)" }
            let script = ["mount -t tmpfs tmpfs /run", "cd '\(directory.path)'"] + makeAll + ["exec \"$0\" health"]
            let user = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
            let program = try Program(
                [],
                under: ["/usr/bin/unshare"] + user
                    + [
                        "--mount", "--net", "/bin/sh", "-c",
                        script.joined(separator: " && ").replacing(";", with: " &&"),
                    ])
            program.send("")
            #expect(await program.status() == 69)
            let errors = await program.written().errors
            #expect(errors.contains("cannot connect to \(called):"), "\(errors)")
        }
    }
}
