// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct IPBlockTests {
    private func parsed(_ text: String) -> String {
        do throws(IPBlockFault) {
            return try IPBlock(parsing: text).description
        } catch {
            return "refused: \(error)"
        }
    }

    @Test("R10: a block is written the one canonical way (RFC 5952), IPv4-mapped IPv6 as IPv4")
    func canonical() {
        let texts = [
            ("203.0.113.7", "203.0.113.7"), ("203.0.113.7/32", "203.0.113.7"), ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("255.255.255.255", "255.255.255.255"), ("::/0", "::/0"), ("::", "::"),
            ("::1/128", "::1"), ("2001:DB8::/32", "2001:db8::/32"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:0:0:0:0:0:0:0", "1::"), ("0:0:0:0:0:0:0:1", "::1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::ffff:1.2.3.4", "1.2.3.4"), ("::FFFF:102:304", "1.2.3.4"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0:0/96", "0.0.0.0/0"), ("::ffff:1.2.3.4/128", "1.2.3.4"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::1.2.3.4", "::102:304"), ("fe80::/10", "fe80::/10"),
        ]
        for (text, canonical) in texts {
            #expect(parsed(text) == canonical, "\(text)")
            #expect(parsed(canonical) == canonical)
        }
    }

    @Test("R10: bits beyond the prefix are refused, saying what was meant")
    func hostBits() {
        #expect(
            parsed("10.0.0.5/8")
                == "refused: has bits set beyond its prefix; 10.0.0.0/8 for the block, 10.0.0.5 for the one address")
        #expect(
            parsed("2001:db8::1/32")
                == "refused: has bits set beyond its prefix; 2001:db8::/32 for the block, 2001:db8::1 for the one address"
        )
        #expect(parsed("::ffff:10.0.0.5/104").hasPrefix("refused: has bits set beyond its prefix; 10.0.0.0/8 for"))
        #expect(parsed("::ffff:0:0/95").hasPrefix("refused: has bits set beyond its prefix"))
    }

    @Test("R10: what is no address or block is refused, with what is wrong")
    func faults() {
        #expect(parsed("") == "refused: \(IPBlockFault.empty)")
        #expect(parsed(String(repeating: "1", count: 44)) == "refused: \(IPBlockFault.tooLong)")
        for text in ["fe80::1%eth0", "fe80::1%1/64"] { #expect(parsed(text) == "refused: \(IPBlockFault.zone)") }
        for text in ["010.0.0.1", "10.0.0.01", "10.00.0.1", "192.168.001.000/24"] {
            #expect(parsed(text) == "refused: \(IPBlockFault.leadingZeros)", "\(text)")
        }
        for text in [
            "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/+8", "1.2.3.4/999",
        ] {
            #expect(parsed(text) == "refused: \(IPBlockFault.prefix(longest: 32))", "\(text)")
        }
        #expect(parsed("::/129") == "refused: \(IPBlockFault.prefix(longest: 128))")
        let garbage = [
            "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "/8", " 1.2.3.4", "1.2.3.4 ", "[::1]", "1:2:3:4:5:6:7:8:9",
            ":::", "1::2::3", "::g", "12345::", "1.2.3.4:80", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8::",
            ":1",
            "1:", "\u{0661}.2.3.4", "*", "10.*", "1..2.3", "...",
        ]
        for text in garbage { #expect(parsed(text) == "refused: \(IPBlockFault.notAnAddress)", "\(text)") }
    }

    @Test("R10: only what is reachable as a whole is globally reachable, by the IANA registries")
    func reach() throws {
        let good = [
            "1.1.1.1", "8.8.8.0/24", "9.0.0.0/8", "11.0.0.0/8", "100.63.255.255", "100.128.0.0", "172.15.0.0/16",
            "172.32.0.0/16", "192.0.0.9", "192.0.1.0/24", "223.255.255.255", "2606:4700::/32", "2001:4860::/32",
            "2a00::/12", "64:ff9b::808:808", "2001:20::1", "2001:200::/23", "::ffff:8.8.8.8",
        ]
        let bad = [
            "0.0.0.0", "0.0.0.0/0", "8.0.0.0/5", "10.1.2.3", "100.64.0.0/10", "100.127.255.255", "127.0.0.1",
            "169.254.169.254", "172.16.0.0/12", "172.31.255.255", "192.0.0.0/24", "192.0.0.8", "192.0.2.1",
            "192.88.99.1", "192.168.0.0/16", "198.18.0.1", "198.51.100.1", "203.0.113.77", "224.0.0.1", "240.0.0.1",
            "255.255.255.255", "::", "::1", "::/0", "2000::/3", "2001::/32", "2001:db8::1", "2002::1", "3fff::1",
            "4000::1", "5f00::1", "64:ff9b:1::1", "100::1", "fc00::1", "fd00::/8", "fe80::1", "fec0::1", "ff02::1",
            "::ffff:10.0.0.1",
        ]
        for text in good { #expect(try IPBlock(parsing: text).isGloballyReachable, "\(text)") }
        for text in bad { #expect(try !IPBlock(parsing: text).isGloballyReachable, "\(text)") }
    }

    @Test("R10: any block is read back from how it is written")
    func roundTrip() throws {
        var generator = Seed.generator(for: "blocks as text")
        for _ in 0..<5_000 {
            let block = IPBlock.random(using: &generator)
            #expect(try IPBlock(parsing: block.description) == block)
            #expect(block.description.utf8.count <= Limits.allowedIPBytes)
        }
    }
}

extension IPBlock {
    /// Of both kinds, near to each other, with runs of zeros and of ones.
    static func random(using generator: inout some RandomNumberGenerator) -> IPBlock {
        let isIPv4 = Bool.random(using: &generator)
        let prefix = UInt8.random(in: isIPv4 ? 96...128 : 0...128, using: &generator)
        var address = UInt128.random(in: 0 ... .max, using: &generator)
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let run = UInt128.max << UInt128.random(in: 0...127, using: &generator)
            address = Bool.random(using: &generator) ? address & run : address | ~run
        }
        if isIPv4 { address = 0xFFFF << 32 | address & 0xFFFF_FFFF }
        let kept = prefix == 0 ? 0 : (address >> UInt128(128 - prefix)) << UInt128(128 - prefix)
        return IPBlock(address: kept, prefixLength: prefix) ?? IPBlock.random(using: &generator)
    }
}
