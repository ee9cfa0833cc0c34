// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CCleansing
internal import Glibc
// What the allocator is made of is no part of SwiftNIO's API proper, and there is no other way to bring one's own.
@_spi(CustomByteBufferAllocator) internal import NIOCore

/// Stands before a connection's TLS, and has what that gives back while it decrypts be overwritten.
///
/// BoringSSL decrypts a record where it lies, in memory of malloc's, and gives that back as it is, with the tokens that
/// were in the record: it holds that there is nothing in it to hide.
final class CleansingReads: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        cleansing_begin()
        defer { cleansing_end() }
        context.fireChannelRead(data)
    }
}

extension ByteBufferAllocator {
    /// One whose memory is overwritten when it is given back, and where it was when it grows. NIOSSL's buffer for what it
    /// has decrypted does both: nobody who reads from it can.
    static let cleansing = ByteBufferAllocator(
        allocate: { malloc($0) },
        reallocate: { cleansing_reallocate($0, $1, $2) },
        deallocate: { cleansing_free($0) },
        copy: { $0.copyMemory(from: $1, byteCount: $2) })
}
