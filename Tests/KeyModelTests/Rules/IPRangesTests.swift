// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KeyModel

@Suite struct IPRangesTests {
    @Test("R10: ranges say of any address what each block in turn says of it")
    func property() {
        var generator = Seed.generator(for: "addresses in ranges")
        for count in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 40, 128, 129, 300, 1_000] {
            let blocks = (0..<count).map { _ in IPBlock.narrow(using: &generator) }
            let memory = RuleMemory()
            defer { withExtendedLifetime(memory) {} }
            let ranges = IPRanges(blocks, in: memory)
            var addresses: [UInt128] = [
                0, .max, 0xFFFF_0000_0000, 0xFFFF_FFFF_FFFF, 0xFFFE_FFFF_FFFF, 0x1_0000_0000_0000,
            ]
            for block in blocks {
                addresses += [block.address, block.address &- 1, block.last, block.last &+ 1]
            }
            addresses += (0..<500).map { _ in IPBlock.narrow(using: &generator).address }
            for address in addresses.shuffled(using: &generator).prefix(400) {
                let expected = blocks.contains { naive($0, address) }
                #expect(ranges.contains(address) == expected, "\(String(address, radix: 16)) of \(count)")
            }
        }
    }

    /// As the definition says it: the same kind of address, and the same bits up to the prefix.
    private func naive(_ block: IPBlock, _ address: UInt128) -> Bool {
        let isIPv4 = address >> 32 == 0xFFFF
        if isIPv4 != (block.prefixLength >= 96 && block.address >> 32 == 0xFFFF) { return false }
        let rest = UInt128(128 - block.prefixLength)
        return address >> rest == block.address >> rest
    }

    @Test("R10: ::/0 is all of IPv6 and none of IPv4, 0.0.0.0/0 the other way round")
    func everything() throws {
        let memory = RuleMemory()
        defer { withExtendedLifetime(memory) {} }
        let ipv4 = IPRanges([try IPBlock(parsing: "0.0.0.0/0")], in: memory)
        let ipv6 = IPRanges([try IPBlock(parsing: "::/0")], in: memory)
        for text in ["0.0.0.0", "255.255.255.255", "127.0.0.1"] {
            let address = try IPBlock(parsing: text).address
            #expect(ipv4.contains(address) && !ipv6.contains(address))
        }
        for text in ["::", "::fffe:ffff:ffff", "::1:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
            let address = try IPBlock(parsing: text).address
            #expect(!ipv4.contains(address) && ipv6.contains(address))
        }
    }
}

extension IPBlock {
    /// Mostly small and near to others, so that they touch, overlap and leave gaps.
    fileprivate static func narrow(using generator: inout some RandomNumberGenerator) -> IPBlock {
        if Int.random(in: 0..<20, using: &generator) == 0 { return random(using: &generator) }
        let isIPv4 = Bool.random(using: &generator)
        let prefix = UInt8.random(in: 116...128, using: &generator)
        let low = UInt128.random(in: 0..<65_536, using: &generator)
        let base: UInt128 = isIPv4 ? 0xFFFF << 32 | 0x0A00_0000 : 0x2001_0DB8 << 96
        let kept = ((base | low) >> UInt128(128 - prefix)) << UInt128(128 - prefix)
        return IPBlock(address: kept, prefixLength: prefix) ?? random(using: &generator)
    }
}
