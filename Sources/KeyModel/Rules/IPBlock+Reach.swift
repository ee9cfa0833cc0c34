// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

extension IPBlock {
    /// Whether every address of it can be reached across the Internet, as the IANA registries of special-purpose
    /// addresses (RFC 6890, as of 2025) say it: no private, shared, loopback, link-local, documentation, benchmarking,
    /// multicast, reserved or unspecified one, and no IPv6 beyond what is given out as global unicast. What the
    /// registries leave open (6to4, Teredo) counts as not.
    public var isGloballyReachable: Bool {
        if Self.reachable.contains(where: { $0.contains(self) }) { return true }
        if !isIPv4, !Self.globalUnicast.contains(where: { $0.contains(self) }) { return false }
        return !Self.unreachable.contains { $0.overlaps(self) }
    }

    private static let globalUnicast = blocks("2000::/3", "64:ff9b::/96")

    /// Exceptions within what follows.
    private static let reachable = blocks(
        "192.0.0.9", "192.0.0.10", "2001:1::1", "2001:1::2", "2001:1::3", "2001:3::/32", "2001:4:112::/48",
        "2001:20::/28", "2001:30::/28")

    private static let unreachable = blocks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    /// The texts above are all good; a test reads them.
    private static func blocks(_ texts: String...) -> [IPBlock] { texts.compactMap { try? IPBlock(parsing: $0) } }
}
