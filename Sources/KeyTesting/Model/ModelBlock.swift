// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// An IP address or block as the reference model sees it (R10): sixteen bytes and a prefix, compared bit by bit. IPv4 is
/// the IPv6 that it is mapped to.
struct ModelBlock: Equatable {
    var bytes: [UInt8]
    /// 0 to 128.
    var prefix: Int

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]

    static func isIPv4(_ address: [UInt8]) -> Bool { Array(address.prefix(12)) == mapped }

    /// A block of IPv6 that goes beyond the mapped addresses is none of IPv4.
    var isIPv4: Bool { prefix >= 96 && Self.isIPv4(bytes) }

    static func bit(_ index: Int, of bytes: [UInt8]) -> UInt8 { bytes[index / 8] >> UInt8(7 - index % 8) & 1 }

    func contains(_ address: [UInt8]) -> Bool {
        isIPv4 == Self.isIPv4(address)
            && (0..<prefix).allSatisfy { Self.bit($0, of: address) == Self.bit($0, of: bytes) }
    }

    // MARK: From text

    /// One address; `nil` when it is none.
    static func address(_ text: String) -> [UInt8]? {
        if let four = dotted(text[...]) { return mapped + four }
        let texts = text[...].split(separator: "::", omittingEmptySubsequences: false)
        let halves = texts.map(groups)
        switch halves.count {
        case 1:
            guard let all = halves[0], all.count == 16 else { return nil }
            return all
        case 2:
            guard let before = halves[0], let after = halves[1], before.count + after.count <= 14 else { return nil }
            // An address in dots can only come last.
            if texts[0].contains(".") { return nil }
            return before + [UInt8](repeating: 0, count: 16 - before.count - after.count) + after
        default: return nil
        }
    }

    /// Groups of hexadecimal digits, the last of which may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = dotted(part) {
                bytes += four
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 255)]
            }
        }
        return bytes
    }

    private static func dotted(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // What a number is written as again is how it must have been written: no sign, no leading zeros.
        let numbers = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    /// An address or a block; `nil` when it is neither, or when a bit is set beyond the prefix.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = Self.address(String(first)) else { return nil }
        bytes = address
        prefix = 128
        guard parts.count == 2 else { return }
        guard let length = Int(parts[1]), String(length) == parts[1] else { return nil }
        let longest = first.contains(":") ? 128 : 32
        guard (0...longest).contains(length) else { return nil }
        prefix = length + 128 - longest
        if (prefix..<128).contains(where: { Self.bit($0, of: address) == 1 }) { return nil }
    }

    /// With the bits beyond the prefix taken away.
    init(_ address: [UInt8], prefix: Int) {
        bytes = address
        self.prefix = prefix
        for index in prefix..<128 { bytes[index / 8] &= ~(1 << UInt8(7 - index % 8)) }
    }

    // MARK: As text

    /// As a record shows it: IPv4 in dots, IPv6 as RFC 5952 has it, no prefix behind one address.
    var text: String {
        let number = isIPv4 ? prefix - 96 : prefix
        return (isIPv4 ? Self.dots(bytes) : Self.colons(bytes)) + (prefix == 128 ? "" : "/\(number)")
    }

    static func dots(_ bytes: [UInt8]) -> String { bytes.suffix(4).map { "\($0)" }.joined(separator: ".") }

    static func colons(_ bytes: [UInt8]) -> String {
        let groups = (0..<8).map { String(UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]), radix: 16) }
        // The longest run of zeros, two at least, and the first of equals.
        for length in stride(from: 8, through: 2, by: -1) {
            for start in 0...(8 - length) where groups[start..<start + length].allSatisfy({ $0 == "0" }) {
                return groups[..<start].joined(separator: ":") + "::"
                    + groups[(start + length)...].joined(separator: ":")
            }
        }
        return groups.joined(separator: ":")
    }

    // MARK: Public addresses

    /// Whether `require_public_ips` lets it pass. The exceptions within 192.0.0.0/24 and 2001::/23 are left out: nothing
    /// is drawn from there.
    var isPublic: Bool {
        let isKnown =
            isIPv4 || Self.all(["2000::/3", "64:ff9b::/96"]).contains { $0.prefix <= prefix && $0.contains(bytes) }
        return isKnown && !Self.special.contains { $0.contains(bytes) && $0.prefix <= prefix || isWider(than: $0) }
    }

    private func isWider(than other: ModelBlock) -> Bool { prefix <= other.prefix && contains(other.bytes) }

    private static func all(_ texts: [String]) -> [ModelBlock] { texts.compactMap { ModelBlock($0) } }

    private static let special = all([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ])
}
