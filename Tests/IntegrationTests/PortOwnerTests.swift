// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyTesting
import Testing

@testable import latchkey

/// A token that a command has found by itself goes only to the user whose it is.
@Suite struct PortOwnerTests {
    private static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1CF3 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0 100 0 0 10 0
           1: 0100007F:1CF3 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1001        0 12 1 0 20 4 30 10 -1
           2: 00000000:1CF3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0 0 10 0
           3: 0100007F:1CF4 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1002        0 14 1 0 100 0 0 10 0
        garbage
        """

    @Test("R13: who listens on a port is everyone who does, and nobody who is only connected")
    func parsed() {
        #expect(PortOwner.users(in: Self.table, listeningOn: 0x1CF3) == [1000, 0])
        #expect(PortOwner.users(in: Self.table, listeningOn: 0x1CF4) == [1002])
        #expect(PortOwner.users(in: Self.table, listeningOn: 80).isEmpty)
        #expect(PortOwner.users(in: "", listeningOn: 80).isEmpty)
    }

    @Test("R13: of a port of this process, that is this user")
    func real() async throws {
        try await withServer { server in
            #expect(PortOwner.users(listeningOn: server.port) == [geteuid()])
        }
    }
}
