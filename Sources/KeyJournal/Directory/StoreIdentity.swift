// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// The file `STORE`: which store a directory is. Written once, 128 bytes, little-endian.
///
///      0  magic 8             "LKSTORE1"
///      8  format version u32  1
///     12  store-key version u32
///     16  store id 16
///     32  creation time i64   nanoseconds since 1970 UTC
///     40  zeros
///     64  checksum 32         SHA-256 of the above: if it is wrong, the file is damaged
///     96  tag 32              HMAC-SHA256 of the above under the identity subkey: if only it is wrong, the key is
///
/// Every later format keeps this layout and counts the version up, so that an old program can say what it met.
struct StoreIdentity: Sendable {
    static let byteCount = 128
    static let formatVersion: UInt32 = 1
    private static let magic = Array("LKSTORE1".utf8)
    private static let checksumOffset = 64
    private static let tagOffset = 96

    let storeID: StoreID
    let storeKeyVersion: UInt32
    let createTime: Timestamp

    func encoded(_ key: borrowing StoreKey) throws(JournalError) -> [UInt8] {
        let authenticator = try Self.authenticator(key, storeID)
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.withUnsafeMutableBytes { out in
            out.copyBytes(from: Self.magic)
            out.put(Self.formatVersion, at: 8)
            out.put(storeKeyVersion, at: 12)
            _ = storeID.bytes.withUnsafeBytes { out.put($0, at: 16) }
            out.put(createTime.nanoseconds, at: 32)
            let checksum = sha256(UnsafeRawBufferPointer(rebasing: out[..<Self.checksumOffset]))
            _ = withUnsafeBytes(of: checksum.words) { out.put($0, at: Self.checksumOffset) }
            let tag = authenticator.digest(of: UnsafeRawBufferPointer(rebasing: out[..<Self.tagOffset]))
            _ = withUnsafeBytes(of: tag.words) { out.put($0, at: Self.tagOffset) }
        }
        return bytes
    }

    /// Tells damage from a newer format from a wrong key, in this order.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, file: String, key: borrowing StoreKey, keyPath: String
    ) throws(JournalError) -> StoreIdentity {
        guard bytes.count == byteCount, bytes[..<8].elementsEqual(magic),
            matches(sha256(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset])), bytes, checksumOffset)
        else {
            throw .refused(
                StartRefusal(.storeDamaged, file, "the file is damaged", advice: "Restore it from a backup."))
        }
        let version = bytes.number(at: 8, as: UInt32.self)
        guard version <= formatVersion else {
            throw .newerFormat(file, "store format \(version) is newer than this program's, \(formatVersion)")
        }
        let storeID = StoreID(bytes, at: 16)
        let tag = try authenticator(key, storeID).digest(of: UnsafeRawBufferPointer(rebasing: bytes[..<tagOffset]))
        guard matches(tag, bytes, tagOffset) else {
            throw .refused(
                StartRefusal(
                    .keyWrong, keyPath, "this is not the key of the store (\(file))",
                    advice: "Put the store's own key there, or name its file with --store-key."))
        }
        return StoreIdentity(
            storeID: storeID, storeKeyVersion: bytes.number(at: 12, as: UInt32.self),
            createTime: Timestamp(nanoseconds: bytes.number(at: 32, as: Int64.self)))
    }

    private static func authenticator(
        _ key: borrowing StoreKey, _ storeID: StoreID
    ) throws(JournalError) -> MessageAuthenticator {
        do throws(CryptoError) {
            return MessageAuthenticator(key: try key.subkey(.identity, storeID: storeID.bytes))
        } catch {
            throw .crypto(error)
        }
    }

    private static func matches(_ digest: Digest, _ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
        guard let found = Digest(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + 32)])) else { return false }
        return constantTimeEqual(digest, found)
    }
}
