// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a text that should be an address or a block, in words for whoever wrote it.
public enum IPBlockFault: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong
    case notAnAddress
    /// fe80::1%eth0: a zone means something on one machine only.
    case zone
    /// 010.0.0.1: octal to some programs, decimal to others.
    case leadingZeros
    /// Not a number from 0 to this.
    case prefix(longest: Int)
    /// Bits are set beyond the prefix: the block, or the one address, was meant.
    case hostBits(block: IPBlock, address: IPBlock)

    public var description: String {
        switch self {
        case .empty: "must not be empty"
        case .tooLong: "must be at most \(Limits.allowedIPBytes) characters"
        case .notAnAddress: "must be an IPv4 or IPv6 address, or a block of them such as 203.0.113.0/24"
        case .zone: "must not have a zone (%…), which means something on one machine only"
        case .leadingZeros: "must not have leading zeros in a number, which some programs read as octal"
        case .prefix(let longest): "must have a prefix from /0 to /\(longest) after the address"
        case .hostBits(let block, let address):
            "has bits set beyond its prefix; \(block) for the block, \(address) for the one address"
        }
    }
}

extension IPBlock {
    /// An address or a CIDR block as text. IPv4-mapped IPv6 becomes the IPv4 that it is.
    public init(parsing text: String) throws(IPBlockFault) {
        let bytes = Array(text.utf8)
        if bytes.isEmpty { throw .empty }
        if bytes.count > Limits.allowedIPBytes { throw .tooLong }
        let written = bytes.prefix { $0 != UInt8(ascii: "/") }
        guard let address = written.withUnsafeBytes({ IPAddress.parse($0) }) else { throw Self.fault(in: written) }
        guard written.count < bytes.count else {
            self.init(unchecked: address, prefixLength: 128)
            return
        }
        let isIPv6 = written.contains(UInt8(ascii: ":"))
        let longest = isIPv6 ? 128 : 32
        guard let prefix = Self.number(bytes[(written.endIndex + 1)...]), prefix <= longest else {
            throw .prefix(longest: longest)
        }
        let length = UInt8(prefix + 128 - longest)
        guard let block = IPBlock(address: address, prefixLength: length) else {
            throw .hostBits(
                block: IPBlock(unchecked: address & Self.mask(length), prefixLength: length),
                address: IPBlock(unchecked: address, prefixLength: 128))
        }
        self = block
    }

    private init(unchecked address: UInt128, prefixLength: UInt8) {
        self.address = address
        self.prefixLength = prefixLength
    }

    /// Up to three digits, without leading zeros.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...3).contains(digits.count), digits.allSatisfy({ $0 &- 0x30 < 10 }),
            digits.count == 1 || digits.first != 0x30
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Why it is no address, as far as that can be told.
    private static func fault(in written: ArraySlice<UInt8>) -> IPBlockFault {
        if written.isEmpty { return .notAnAddress }
        if written.contains(UInt8(ascii: "%")) { return .zone }
        // Without the zeros it would be one.
        let parts = written.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let plain = parts.map { part in
            let rest = part.drop { $0 == 0x30 }
            return rest.first.map { $0 &- 0x30 < 10 } == true || part.isEmpty ? rest : part.suffix(max(1, rest.count))
        }
        let again = Array(plain.joined(separator: CollectionOfOne(UInt8(ascii: "."))))
        let isOneThen = again != Array(written) && again.withUnsafeBytes { IPAddress.parse($0) } != nil
        return isOneThen ? .leadingZeros : .notAnAddress
    }
}
