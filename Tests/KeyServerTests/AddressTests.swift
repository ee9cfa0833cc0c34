// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyModel
import KeyServer
import KeyTesting
import Testing

/// Where the door listens, and who it takes the peer for.
@Suite struct AddressTests {
    @Test("only loopback addresses are listened on, and the refusal says why")
    func loopback() async throws {
        try await withServer { server in
            for host in ["0.0.0.0", "192.0.2.1", "::", "example.org"] {
                let error = await #expect(throws: FrameServer.StartError.self) {
                    try await server.server.listen(.tcp(host: host, port: 0))
                }
                #expect(error?.description.contains("refusing to listen on \(host)") == true)
            }
        }
    }

    @Test("the Unix socket is for its owner alone, a stale one is replaced, a live one and another file are not")
    func unixSocket() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("door.sock")
        try await withServer { server in
            _ = try await server.server.listen(.unix(path: path))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let client = KeyClient(.unix(path: path), configuration: .patient)
            let caller = try await client.whoAmI()
            #expect(caller.caller == "uid:\(getuid())")
            #expect(caller.peer == "unix:pid=\(getpid())")
            await client.close()
            let live = await #expect(throws: FrameServer.StartError.self) {
                try await server.server.listen(.unix(path: path))
            }
            #expect(live?.description.contains("another server listens") == true)
        }
        try await withServer { server in
            _ = try await server.server.listen(.unix(path: path))
            let file = directory.path("notes.txt")
            try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
            await #expect(throws: FrameServer.StartError.self) { try await server.server.listen(.unix(path: file)) }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        }
    }
}
