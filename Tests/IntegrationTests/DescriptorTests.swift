// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

@Suite struct DescriptorTests {
    @Test("R13: without descriptors left, who is connected is served, and when others have gone there is room")
    func few() async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        // So few that accepting fails before the limit on connections is reached; enough for what a machine with much to
        // do leaves open for a moment.
        let server = try await ServeProcess(
            data: directory.path("data"), extra: ["--first-frame-deadline", "1d"],
            under: ["/bin/sh", "-c", "ulimit -n 44; exec \"$@\"", "sh"])
        let client = server.client()
        _ = try await client.whoAmI()
        var crowd: [RawConnection] = []
        for _ in 0..<60 { crowd.append(try await RawConnection(port: server.port)) }
        for _ in 0..<100 { _ = try await client.whoAmI() }
        await client.close()
        for one in crowd { await one.close() }
        var isIn = false
        while !isIn {
            let late = server.client()
            isIn = (try? await late.whoAmI()) != nil
            await late.close()
        }
        #expect(await server.stop() == 0)
    }
}
