// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTLS
import Testing

@Suite("R13: which certificates speak for which callers") struct CertificateCallersTests {
    private static let ids = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"]
    private static let digits = String(repeating: "1f", count: 32)
    private static let end = Timestamp(nanoseconds: .max)

    private func callers(_ text: String) throws(TLSFault) -> CertificateCallers {
        try CertificateCallers(text: text, "callers")
    }

    private func caller(_ names: [String], _ callers: CertificateCallers) -> String? {
        callers.caller(CertificateNames(names, end: Self.end)).map { "\($0)" }
    }

    @Test("a line is a name and a caller's id, with what stands behind # left out")
    func lines() throws {
        let found = try callers(
            """
            # whom they speak for

              spiffe://example.org/billing \t \(Self.ids[0])   # the billing service
            dns:Orders.Example.org \(Self.ids[1])
            sha256:\(Self.digits.uppercased()) \(Self.ids[2])
            """)
        #expect(caller(["spiffe://example.org/billing"], found) == Self.ids[0])
        #expect(caller(["dns:orders.example.org"], found) == Self.ids[1])
        #expect(caller(["sha256:" + Self.digits], found) == Self.ids[2])
        #expect(caller(["spiffe://example.org/Billing"], found) == nil)
        #expect(caller(["spiffe://example.org/billing/x", "dns:example.org"], found) == nil)
        #expect(caller([], found) == nil)
    }

    @Test("lines end as any system ends them", arguments: ["\n", "\r\n", "\r"])
    func endings(ending: String) throws {
        let lines = ["# whom they speak for", "dns:a \(Self.ids[0])", "", "spiffe://a/b \(Self.ids[1])"]
        let found = try callers(lines.map { $0 + ending }.joined())
        #expect(caller(["dns:a"], found) == Self.ids[0])
        #expect(caller(["spiffe://a/b"], found) == Self.ids[1])
        let fault = #expect(throws: TLSFault.self) { try callers((lines + ["dns:b"]).joined(separator: ending)) }
        #expect(fault?.description.hasPrefix("callers, line 5: ") == true)
    }

    @Test("the first of a certificate's names that is there counts")
    func order() throws {
        let found = try callers("dns:a \(Self.ids[0])\nspiffe://a/b \(Self.ids[1])")
        #expect(caller(["sha256:" + Self.digits, "spiffe://a/b", "dns:a"], found) == Self.ids[1])
        #expect(caller(["spiffe://a/other", "dns:b", "dns:a"], found) == Self.ids[0])
    }

    @Test("a fingerprint may be written as openssl prints it")
    func colons() throws {
        let pairs = Array(repeating: "1F", count: 32).joined(separator: ":")
        let found = try callers("sha256:\(pairs) \(Self.ids[2])")
        #expect(caller(["sha256:" + Self.digits], found) == Self.ids[2])
    }

    @Test(
        "what is no name, no id, or there twice is refused by its line",
        arguments: [
            "spiffe://a", "spiffe:// aaaaaaaaaaaa", "dns: aaaaaaaaaaaa", "sha256:1f aaaaaaaaaaaa",
            "https://a/b aaaaaaaaaaaa", "spiffe://a short", "spiffe://a aaaaaaaaaaaa more",
            "dns:x aaaaaaaaaaaa\ndns:X bbbbbbbbbbbb",
        ])
    func refused(text: String) {
        let fault = #expect(throws: TLSFault.self) { try callers("# first\n" + text) }
        let line = text.split(separator: "\n").count + 1
        #expect(fault?.description.hasPrefix("callers, line \(line): ") == true, "\(fault.map { "\($0)" } ?? "")")
    }
}
