// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyTesting

/// A document's commands, run one block after the other in one bash, as a reader would who follows it.
struct DocumentSession {
    /// Between them the whole tour takes a few seconds; a command that hangs must not hang the tests.
    private static let timeoutSeconds = 120

    private let directory: TemporaryDirectory
    private let port = FreePort.find()
    private let folder: URL

    init() throws {
        directory = try TemporaryDirectory()
        folder = URL(fileURLWithPath: directory.path)
        for name in ["bin", "work", "printed"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: false)
        }
    }

    /// What each of the blocks printed, on standard output and standard error together.
    func run(_ blocks: [String]) async throws -> [String] {
        // Its servers end with it, and are waited for, so that none writes into the directory while it is removed.
        var script = wrapper + "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\ncd work\n"
        for (number, block) in blocks.enumerated() {
            script += "exec >../printed/\(number) 2>&1\n\(block)\n"
        }
        let file = folder.appendingPathComponent("session.sh")
        try script.write(to: file, atomically: true, encoding: .utf8)
        let session = try Program(
            ["-c", "cd '\(directory.path)' && exec bash session.sh"], program: "/bin/bash",
            environment: [
                "PATH": "\(directory.path)/bin:/usr/bin:/bin",
                // The default while the socket is there; before that it would be a port that someone else may serve.
                "LATCHKEY_ADDRESS": "unix:./latchkey-data/latchkey.sock",
            ],
            under: ["/usr/bin/timeout", "\(Self.timeoutSeconds)"])
        session.send("")
        _ = await session.status()
        return blocks.indices.map { number in
            let printed = folder.appendingPathComponent("printed/\(number)")
            return (try? String(contentsOf: printed, encoding: .utf8)) ?? "(not reached)\n"
        }
    }

    /// Puts the program on the path. Where nobody says otherwise, a server would open the usual port too, which may be
    /// someone else's; here it does not, and where a port is named it is another. The shell writes it, because a file that this process wrote may still be open in
    /// a child of another test when it is run.
    private var wrapper: String {
        """
        cat >bin/latchkey <<'END'
        #!/bin/bash
        set -- "${@//:7411/:\(port)}"
        case " $* " in
          " serve "*" --unix "* | " serve "*" --listen "*) ;;
          " serve "*) set -- "$@" --unix ./latchkey-data/latchkey.sock ;;
        esac
        exec '\(Program.path)' "$@"
        END
        chmod +x bin/latchkey

        """
    }
}
