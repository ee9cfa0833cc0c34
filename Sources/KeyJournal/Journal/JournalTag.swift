// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// The first 16 bytes of an HMAC-SHA256: what ends every record and segment header.
package struct JournalTag: Sendable, Hashable, CustomStringConvertible {
    static let byteCount = 16
    /// What comes before the first record of a store.
    package static let zero = JournalTag(first: 0, second: 0)

    private let first: UInt64
    private let second: UInt64

    private init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    init(_ digest: Digest) {
        self.init(first: digest.words.0, second: digest.words.1)
    }

    /// There must be 16 bytes at `offset`.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
    }

    func store(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes.storeBytes(of: first, toByteOffset: offset, as: UInt64.self)
        bytes.storeBytes(of: second, toByteOffset: offset + 8, as: UInt64.self)
    }

    /// 32 hexadecimal digits.
    package var description: String {
        withUnsafeBytes(of: self) { hexadecimal($0) }
    }
}

/// Tags what a journal holds. Store, segment and offset go in first, so that nothing verifies anywhere else.
struct RecordTagger: Sendable {
    let storeID: StoreID
    private let authenticator: MessageAuthenticator

    init(key: borrowing SecretBytes, storeID: StoreID) {
        self.storeID = storeID
        authenticator = MessageAuthenticator(key: key)
    }

    /// `bytes` is everything before the tag; `offset` is where it begins in the segment.
    func tag(segment: UInt64, offset: Int, _ bytes: UnsafeRawBufferPointer) -> JournalTag {
        var place = (storeID, segment.littleEndian, UInt64(offset).littleEndian)
        var mac = authenticator.begin()
        withUnsafeBytes(of: &place) { mac.update($0) }
        mac.update(bytes)
        return JournalTag(mac.finish())
    }
}

/// The 16 random bytes that tell one store from another.
package struct StoreID: Sendable, Hashable, CustomStringConvertible {
    static let byteCount = 16

    private let first: UInt64
    private let second: UInt64

    /// There must be 16 bytes at `offset`.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
    }

    static func random() throws(CryptoError) -> StoreID {
        let bytes = try SecureRandom.bytes(byteCount)
        return bytes.withUnsafeBytes { StoreID($0, at: 0) }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }

    /// 32 hexadecimal digits.
    package var description: String { withUnsafeBytes(of: self) { hexadecimal($0) } }
}

func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
