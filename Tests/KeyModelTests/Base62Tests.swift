// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

@testable import KeyModel
import Testing

@Suite struct Base62Tests {
    @Test("base62 is 0-9A-Za-z, most significant digit first, left-padded with 0")
    func encoding() {
        let cases: [(UInt64, String)] = [
            (0, "00000000000"), (61, "0000000000z"), (62, "00000000010"), (3_843, "000000000zz"),
            (3_844, "00000000100"), (4_294_967_295, "000004gfFC3"), (.max, "LygHa16AHYF"),
        ]
        for (value, text) in cases {
            #expect(String(decoding: Base62.encode(value, width: 11), as: UTF8.self) == text)
        }
        #expect(String(decoding: Base62.encode(4_294_967_295, width: 6), as: UTF8.self) == "4gfFC3")
        #expect(Base62.encode(5, width: 0) == [])
    }

    @Test("the digits are 62, and each has the value of its place")
    func digits() {
        #expect(Base62.digits.count == 62)
        for (value, digit) in Base62.digits.enumerated() {
            #expect(Base62.value(digit) == UInt64(value))
            #expect(Base62.encode(UInt64(value), width: 1) == [digit])
        }
    }

    @Test("every byte is told to be a digit or not")
    func recognition() {
        for byte in UInt8.min...UInt8.max {
            let isDigit = Base62.digits.contains(byte)
            #expect([byte].withUnsafeBytes { Base62.allDigits($0) } == isDigit)
            #expect([0x30, byte, 0x7A].withUnsafeBytes { Base62.allDigits($0) } == isDigit)
        }
    }

    @Test("no bytes are all digits")
    func empty() {
        #expect(Base62.allDigits(UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}
