// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyServer
import Testing

@testable import KeyServer

@Suite("R13: what may be listened on") struct ExposureTests {
    private func refusal(
        _ host: String, _ exposure: Exposure = Exposure(), isEncrypted: Bool = false, asksCallers: Bool = true
    ) -> String? {
        do throws(FrameServer.StartError) {
            try exposure.check(host, isEncrypted: isEncrypted, asksCallers: asksCallers)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "this machine's own addresses need neither TLS nor callers",
        arguments: ["127.0.0.1", "127.8.9.10", "::1", "localhost", "::ffff:127.0.0.1"])
    func loopback(host: String) {
        #expect(refusal(host, asksCallers: false) == nil)
    }

    @Test(
        "others need TLS and callers, or the flag that the refusal names",
        arguments: ["0.0.0.0", "192.0.2.1", "::", "10.0.0.1", "fe80::1%eth0", "::ffff:10.0.0.1", "128.0.0.1", "::2"])
    func others(host: String) {
        #expect(refusal(host)?.contains("--accept-plaintext") == true)
        #expect(refusal(host, isEncrypted: true) == nil)
        #expect(refusal(host, Exposure(acceptsPlaintext: true)) == nil)
        #expect(refusal(host, isEncrypted: true, asksCallers: false)?.contains("--accept-without-callers") == true)
        #expect(refusal(host, Exposure(acceptsAnyone: true), isEncrypted: true, asksCallers: false) == nil)
        // One risk is not the other.
        #expect(
            refusal(host, Exposure(acceptsAnyone: true), asksCallers: false)?.contains("--accept-plaintext") == true)
        #expect(refusal(host, Exposure(acceptsPlaintext: true), asksCallers: false) != nil)
        #expect(refusal(host, Exposure(acceptsPlaintext: true, acceptsAnyone: true), asksCallers: false) == nil)
    }

    @Test("a name is no address, whatever was accepted", arguments: ["example.org", "", "1.2.3", "::1::"])
    func names(host: String) {
        #expect(refusal(host, Exposure(acceptsPlaintext: true, acceptsAnyone: true), isEncrypted: true) != nil)
    }
}
