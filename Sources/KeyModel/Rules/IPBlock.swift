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
        guard prefixLength <= 128, prefixLength == 128 || address << UInt128(prefixLength) == 0 else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }
}
