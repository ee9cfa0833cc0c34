// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct ValidateRequestTests {
    private func fields(_ field: Int, _ text: String) -> [String] {
        DecodedFrame(Wire.frame(CallNumber.validate, Wire.text(1, SampleCalls.token) + Wire.text(field, text))).fields
    }

    @Test("client_ip is an IPv4 or IPv6 address")
    func addresses() {
        let good = [
            "", "0.0.0.0", "255.255.255.255", "203.0.113.7", "10.0.0.1", "::", "::1", "2001:db8::1", "::ffff:192.0.2.1",
            "2001:0db8:0000:0000:0000:ffff:192.168.100.200", "FE80::ABCD",
        ]
        for text in good { #expect(fields(2, text) == [], "\(text)") }
        let bad = [
            "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4444", "01.2.3.4", "1.2.3.04", "1..3.4", ".1.2.3", "1.2.3.",
            "1.2.3.4 ",
            " 1.2.3.4", "1.2.3.4/32", "a.b.c.d", "-1.2.3.4", "0x1.2.3.4", "localhost", ":::", "2001:db8::g",
            "fe80::1%eth0",
            "[::1]", "1:2:3:4:5:6:7:8:9", "::1/128", "١.2.3.4", "999999999999999999999.1.1.1",
            String(repeating: "1", count: 60_000),
        ]
        for text in bad { #expect(fields(2, text) == ["client_ip"], "\(text.prefix(60))") }
    }

    @Test("resource and path are at most 256 and 1,024 bytes of free text")
    func lengths() {
        for (field, limit, name) in [(3, 256, "resource"), (7, 1_024, "path")] {
            #expect(fields(field, String(repeating: "x", count: limit - 1)) == [])
            #expect(fields(field, String(repeating: "x", count: limit)) == [])
            #expect(fields(field, String(repeating: "x", count: limit + 1)) == [name])
            #expect(fields(field, String(repeating: "é", count: limit / 2)) == [])
            #expect(fields(field, String(repeating: "é", count: limit / 2) + "x") == [name])
        }
    }

    @Test("no string may hold a control character, free text included: C0, DEL and C1")
    func controls() {
        for (field, name) in [(3, "resource"), (7, "path")] {
            for value in UInt32(1)..<0x180 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let isControl = value < 0x20 || (0x7F...0x9F).contains(value)
                for text in ["\(scalar)", "é\(scalar)b"] {
                    #expect(fields(field, text) == (isControl ? [name] : []), "U+\(String(value, radix: 16))")
                }
            }
            // Continuation bytes of other characters are the same bytes and no controls.
            for text in ["\u{2085}", "\u{AC80}", "\u{1F080}", "Â\u{A0}ÂÂ"] { #expect(fields(field, text) == []) }
        }
    }

    @Test("http_method is at most 16 of [A-Z]")
    func methods() {
        for good in ["", "GET", "PROPPATCH", String(repeating: "A", count: 16)] { #expect(fields(6, good) == []) }
        for bad in ["get", "GET ", "G3T", "É", "@", "[", String(repeating: "A", count: 17)] {
            #expect(fields(6, bad) == ["http_method"])
        }
    }

    @Test("action is one that the .proto names")
    func actions() {
        func fields(_ action: UInt64) -> [String] {
            DecodedFrame(Wire.frame(CallNumber.validate, Wire.number(4, action))).fields
        }
        for good: UInt64 in 0...5 { #expect(fields(good) == []) }
        for bad: UInt64 in [6, 255, 1 << 31, UInt64(UInt32.max), .max] { #expect(fields(bad) == ["action"]) }
    }

    @Test("every field that is wrong is named, all at once, and none that is not")
    func allAtOnce() {
        let bad =
            Wire.text(2, "x") + Wire.text(3, "\u{1}") + Wire.number(4, 6) + Wire.text(6, "get") + Wire.text(7, "\u{7F}")
        let all = DecodedFrame(Wire.frame(CallNumber.validate, bad))
        #expect(all.refusal?.code == .invalidArgument)
        #expect(all.fields == ["client_ip", "resource", "action", "http_method", "path"])
        #expect(fields(6, "get") == ["http_method"])
    }

    @Test("a secret of any length and shape is MALFORMED later, not refused here")
    func secrets() {
        for secret in ["", "x", "\u{1}\u{85}", String(repeating: "🔑", count: 16_000)] {
            let found = DecodedFrame(Wire.frame(CallNumber.validate, Wire.text(1, secret)))
            #expect(found == .validate(id: 7, ValidateRequest(secret: secret)))
        }
    }

    @Test("a question is small enough to be copied in one piece, whatever holds it")
    func size() {
        #expect(MemoryLayout<ConnectionMachine.Action>.size <= 128)
        #expect(MemoryLayout<FrameDecoder.Frame>.size <= 128)
    }
}
