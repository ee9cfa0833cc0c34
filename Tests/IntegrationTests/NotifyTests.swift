// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyClient
import KeyTesting
import Testing

@testable import latchkey

/// What the service manager hears, as sd_notify(3) has it.
@Suite struct NotifyTests {
    /// A socket in the file system, and one in the abstract namespace.
    enum Kind: CaseIterable, Sendable {
        case path, abstract

        func name(in directory: TemporaryDirectory) -> String {
            switch self {
            case .path: directory.path("notify")
            case .abstract: "@latchkey-test-\(UUID().uuidString)"
            }
        }
    }

    @Test(
        "the service manager is told of loading, of listening with keys and revision, of stopping and the last snapshot",
        arguments: Kind.allCases)
    func life(kind: Kind) async throws {
        let directory = try TemporaryDirectory()
        let name = kind.name(in: directory)
        let manager = try NotifySocket(name)
        let server = try await ServeProcess(data: directory.path("data"), environment: ["NOTIFY_SOCKET": name])
        #expect(await manager.next() == ["EXTEND_TIMEOUT_USEC=60000000", "STATUS=Starting: opening the store"])
        #expect(await manager.next() == ["READY=1", "STATUS=Serving 1 key, revision 1"])
        let client = server.client()
        _ = try await client.makeKey()
        await client.close()
        #expect(await manager.next() == ["STATUS=Serving 2 keys, revision 2"])
        #expect(await server.stop() == 0)
        #expect(await manager.next() == ["STOPPING=1", "STATUS=Stopping: finishing the calls in flight"])
        #expect(
            await manager.next() == ["EXTEND_TIMEOUT_USEC=60000000", "STATUS=Stopping: writing the last snapshot"])
    }

    @Test("a service manager that is gone does not keep the service from serving")
    func gone() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServeProcess(
            data: directory.path("data"), environment: ["NOTIFY_SOCKET": directory.path("nobody")])
        #expect(await server.stop() == 0)
    }

    @Test(
        "an address that the program does not know leaves it silent",
        arguments: [nil, "", "@", "vsock:2:1234", "/" + String(repeating: "n", count: 107)])
    func unknown(socket: String?) {
        #expect(!ServiceNotifier(socket: socket).isListenedTo)
    }
}
