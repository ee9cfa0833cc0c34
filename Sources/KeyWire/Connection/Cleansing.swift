// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel
package import NIOCore

/// What held tokens is overwritten where it lies when it is done with, so that neither freed memory nor a buffer that is
/// used again holds one.
extension UnsafeMutableRawBufferPointer {
    /// Overwrites all of it, in a way the compiler does not remove.
    @inline(__always)
    func cleanse() {
        if let start = baseAddress { unsafe explicit_bzero(start, count) }
    }
}

extension ByteBuffer {
    /// Overwrites the readable bytes. Whoever shares their memory loses them too: that is what it is for, since the
    /// channel keeps hold of the memory that it reads into. A copy, as writing to a shared buffer would make one, would
    /// leave them where they are.
    @inline(__always)
    package func cleanseReadableBytes() {
        unsafe withUnsafeReadableBytes { unsafe UnsafeMutableRawBufferPointer(mutating: $0).cleanse() }
    }

    /// Overwrites the next bytes and moves behind them.
    @inline(__always)
    package mutating func consume(cleansing count: Int) {
        unsafe withUnsafeReadableBytes {
            unsafe UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer(rebasing: $0[..<count])).cleanse()
        }
        moveReaderIndex(forwardBy: count)
    }

    /// Takes over the readable bytes of another buffer, and leaves none of them there. When it has to grow, none are
    /// left where they were before.
    package mutating func take(_ other: inout ByteBuffer) {
        if writableBytes < other.readableBytes {
            let whole = readableBytes + other.readableBytes
            var grown = ByteBufferAllocator().buffer(capacity: Swift.max(whole, 2 * capacity))
            grown.writeImmutableBuffer(self)
            cleanseReadableBytes()
            self = grown
        }
        writeImmutableBuffer(other)
        other.consume(cleansing: other.readableBytes)
    }

    /// Moves the readable bytes to the front, and leaves none of them where they were. The memory is its own.
    package mutating func compact() {
        let gap = readerIndex
        if gap == 0 { return }
        discardReadBytes()
        unsafe withUnsafeMutableWritableBytes {
            unsafe UnsafeMutableRawBufferPointer(rebasing: $0[..<Swift.min(gap, $0.count)]).cleanse()
        }
    }
}

extension String {
    /// Overwrites a token that nobody needs any more, for all who still hold it: a string is written once, and its
    /// memory, which is given back as it is, is the same for every copy. One of up to 15 bytes has no memory and is left.
    ///
    /// For strings that were made while the program runs only: a literal of more bytes lies in memory that nobody may
    /// write to, and this would end the process. So a token that a test makes up is put together, never written down.
    package func cleanse() {
        var text = self
        text.withUTF8 {
            unsafe UnsafeMutableRawBufferPointer(mutating: UnsafeRawBufferPointer($0)).cleanse()
        }
    }
}

extension Reply {
    /// The token that is in it, once and never again; `nil` = none.
    package var issuedSecret: String? {
        let secret: String
        switch self {
        case .createKey(let response): secret = response.secret
        case .rekeyKey(let response): secret = response.secret
        case .getKey, .listKeys, .updateKey, .retireSecrets, .revokeKey, .revokeAllKeys, .validate, .validateBatch,
            .reportOutcome, .streamUsage, .getAccount, .updateAccount, .listAccounts, .importKeys, .whoAmI, .health,
            .snapshot:
            return nil
        }
        return secret.isEmpty ? nil : secret
    }
}
