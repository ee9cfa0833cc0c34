// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Addresses as they are written (RFC 4291, section 2.2): the one parser, in place and without allocation.
///
/// An address is 128 bits. IPv4 is the IPv6 that it is mapped to (::ffff:0:0/96), so that both ways of writing it compare
/// as the same.
public enum IPAddress {
    /// What an IPv4 address has above its own 32 bits.
    static let mappedPrefix: UInt128 = 0xFFFF_0000_0000

    public static func isIPv4(_ address: UInt128) -> Bool { address >> 32 == 0xFFFF }

    /// `nil` for anything but one address: a port, brackets, a zone, a prefix and an IPv4 part with leading zeros are no
    /// part of one.
    public static func parse(_ text: UnsafeRawBufferPointer) -> UInt128? {
        if let address = parseIPv4(text) { return mappedPrefix | UInt128(address) }
        return parseIPv6(text)
    }

    @inline(__always)
    private static func parseIPv4(_ text: UnsafeRawBufferPointer) -> UInt32? {
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in 0..<text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                address = address << 8 | part
                dots += 1
                (part, digits) = (0, 0)
            } else if byte &- 0x30 < 10, digits == 0 || part > 0 {
                part = part * 10 + UInt32(byte &- 0x30)
                digits += 1
                if part > 255 { return nil }
            } else {
                return nil
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | part : nil
    }

    private static func parseIPv6(_ text: UnsafeRawBufferPointer) -> UInt128? {
        guard text.count >= 2, text.count <= Limits.clientIPBytes else { return nil }
        let colon = UInt8(ascii: ":")
        var reader = Groups()
        var index = 0
        if text[0] == colon {
            guard text[1] == colon else { return nil }
            reader.gap()
            index = 2
        }
        while index < text.count {
            let begin = index
            var group: UInt16 = 0
            while index < text.count, let digit = hexDigit(text[index]) {
                if index - begin == 4 { return nil }
                group = group << 4 | digit
                index += 1
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                // The last two groups may be written as an IPv4 address.
                guard let last = parseIPv4(UnsafeRawBufferPointer(rebasing: text[begin...])) else { return nil }
                reader.add(UInt16(truncatingIfNeeded: last >> 16))
                reader.add(UInt16(truncatingIfNeeded: last))
                break
            }
            if index == begin { return nil }
            reader.add(group)
            if index == text.count { break }
            guard text[index] == colon, index + 1 < text.count else { return nil }
            index += 1
            if text[index] == colon {
                if reader.hasGap { return nil }
                reader.gap()
                index += 1
            }
        }
        return reader.address
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte - 0x30)
        case 0x41...0x46: UInt16(byte - 0x41 + 10)
        case 0x61...0x66: UInt16(byte - 0x61 + 10)
        default: nil
        }
    }

    /// The groups of 16 bits before and after "::".
    private struct Groups {
        private var before: UInt128 = 0
        private var beforeCount = 0
        private var value: UInt128 = 0
        private var count = 0
        private(set) var hasGap = false

        mutating func add(_ group: UInt16) {
            value = value << 16 | UInt128(group)
            count += 1
        }

        mutating func gap() {
            (before, beforeCount) = (value, count)
            (value, count) = (0, 0)
            hasGap = true
        }

        /// `nil` unless there are 8 of them; "::" stands for at least one.
        var address: UInt128? {
            if !hasGap { return count == 8 ? value : nil }
            return beforeCount + count <= 7 ? before << UInt128(16 * (8 - beforeCount)) | value : nil
        }
    }
}

extension IPAddress {
    /// Who an address belongs to, for counting: itself if it is IPv4, otherwise its /64, of which one customer has all.
    public static func network(of address: UInt128) -> UInt128 {
        isIPv4(address) ? address : (address >> 64) << 64
    }

    /// The same of one that is written so; `nil` = that is none.
    public static func network(ofText text: String) -> UInt128? {
        Array(text.utf8).withUnsafeBytes { parse($0) }.map { network(of: $0) }
    }

    /// Whether it is this machine's own: 127.0.0.0/8 or ::1.
    public static func isLoopback(_ address: UInt128) -> Bool {
        isIPv4(address) ? address >> 24 == (mappedPrefix | 0x7F00_0000) >> 24 : address == 1
    }
}
