// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Many blocks as one question: is an address in any of them (R10)? Made once for each version of a key's list.
struct IPRanges: Sendable {
    private let ipv4: EdgeTree<UInt32>
    private let ipv6: EdgeTree<UInt128>

    init(_ blocks: [IPBlock], in memory: RuleMemory) {
        ipv4 = EdgeTree(
            ranges: blocks.filter(\.isIPv4).map {
                UInt32(truncatingIfNeeded: $0.address)...UInt32(truncatingIfNeeded: $0.last)
            }, in: memory)
        ipv6 = EdgeTree(ranges: blocks.filter { !$0.isIPv4 }.map { $0.address...$0.last }, in: memory)
    }

    func contains(_ address: UInt128) -> Bool {
        IPAddress.isIPv4(address) ? ipv4.contains(UInt32(truncatingIfNeeded: address)) : ipv6.contains(address)
    }
}
