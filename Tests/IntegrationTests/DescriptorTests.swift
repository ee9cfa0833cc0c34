// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import Testing

@Suite struct DescriptorTests {
    private static let limited = """
        for open in /proc/$$/fd/*; do number=${open##*/}; if ((number > 2)); then eval "exec $number>&-"; fi; done
        ulimit -n 36; exec "$@"
        """

    @Test("R13: without descriptors left, who is connected is served, and when others have gone there is room")
    func few() async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        // So few that accepting fails before the limit on connections is reached. What the tests beside this one have
        // open is closed first.
        let server = try await ServeProcess(
            data: directory.path("data"), extra: ["--first-frame-deadline", "1d"],
            under: ["/bin/bash", "-c", Self.limited, "bash"])
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
