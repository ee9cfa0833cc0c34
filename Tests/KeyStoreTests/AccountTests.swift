// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Testing

@Suite struct AccountTests {
    @Test("An account comes into being with its first key, however old an imported key says it is")
    func birth() throws {
        let (now, before) = (Commands.start, Commands.start.advanced(by: .days(-400)))
        let imported = ImportedKey(
            tokenSHA256: Array(repeating: 7, count: 32), accountID: "acme", userID: "u-1", name: "taken over",
            unrestricted: true, createTime: before)
        var state = StoreState()
        let item = StoreState.Import(key: imported, digest: Digest(words: (1, 0, 0, 0)), storeKeyVersion: 1)
        let made = state.importKeys([item], isDryRun: false, in: .everything, at: now).keys
        let key = try #require(made.first)
        #expect(key.key.createTime == before)
        #expect(try state.account("acme", at: now).settings.createTime == now)
        var read = StoreState()
        read.replay(key, at: now)
        #expect(try read.account("acme", at: now).settings.createTime == now)
    }
}
