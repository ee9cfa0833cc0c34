// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// An address, or a CIDR block of them (R10). IPv4 is kept as the IPv6 that it is mapped to, so that the two compare.
public struct IPBlock: Sendable, Hashable {
    /// The first address, most significant bit first; the bits beyond the prefix are 0.
    public let address: UInt128
    /// 0 to 128; of an IPv4 block, 96 more than it is written with.
    public let prefixLength: UInt8

    /// `nil` when there is no such prefix, or when a bit beyond it is set.
    public init?(address: UInt128, prefixLength: UInt8) {
        guard prefixLength <= 128, address & ~Self.mask(prefixLength) == 0 else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    /// The bits of a prefix.
    static func mask(_ prefixLength: UInt8) -> UInt128 { ~(UInt128.max >> UInt128(prefixLength)) }

    /// The last address.
    var last: UInt128 { address | ~Self.mask(prefixLength) }

    /// Whether its addresses are IPv4. An IPv6 block is not, even where the addresses that IPv4 is mapped to lie within.
    public var isIPv4: Bool { prefixLength >= 96 && IPAddress.isIPv4(address) }

    /// Whether an address is in it. IPv4 addresses are in IPv4 blocks only: ::/0 is all of IPv6, not all there is.
    public func contains(_ other: UInt128) -> Bool {
        isIPv4 == IPAddress.isIPv4(other) && other & Self.mask(prefixLength) == address
    }

    /// Whether all of another block is in it.
    func contains(_ other: IPBlock) -> Bool {
        prefixLength <= other.prefixLength && isIPv4 == other.isIPv4
            && other.address & Self.mask(prefixLength) == address
    }

    /// Whether they have an address in common.
    func overlaps(_ other: IPBlock) -> Bool { contains(other) || other.contains(self) }
}

extension IPBlock: CustomStringConvertible {
    /// The one way it is written: dotted IPv4, IPv6 as RFC 5952 wants it, no prefix behind a single address.
    public var description: String {
        let text = isIPv4 ? dotted : Self.text(groups)
        return prefixLength == 128 ? text : "\(text)/\(isIPv4 ? prefixLength - 96 : prefixLength)"
    }

    private var dotted: String {
        [24, 16, 8, 0].map { "\(UInt8(truncatingIfNeeded: address >> UInt128($0)))" }.joined(separator: ".")
    }

    private var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: address >> UInt128(112 - 16 * $0)) }
    }

    /// "::" stands for the longest run of zeros, the first of equals, never for a single one.
    private static func text(_ groups: [UInt16]) -> String {
        var (begin, count) = (0, 1)
        var index = 0
        while index < groups.count {
            let run = groups[index...].prefix { $0 == 0 }.count
            if run > count { (begin, count) = (index, run) }
            index += max(1, run)
        }
        func text(_ groups: ArraySlice<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        return count < 2 ? text(groups[...]) : text(groups[..<begin]) + "::" + text(groups[(begin + count)...])
    }
}
