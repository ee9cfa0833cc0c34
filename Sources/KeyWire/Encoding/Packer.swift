// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel
internal import NIOCore

/// Memory for building one message for protobuf-c to pack. Everything made lives until the packer goes.
@safe final class Packer {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []
    private var secrets: [UnsafeMutableRawBufferPointer] = unsafe []
    private let release: (UnsafeMutableRawPointer) -> Void

    convenience init() {
        unsafe self.init { unsafe $0.deallocate() }
    }

    /// - Parameter release: Gives a block back, when nothing secret is in it any more.
    init(release: @escaping (UnsafeMutableRawPointer) -> Void) {
        unsafe self.release = unsafe release
    }

    deinit {
        for index in unsafe secrets.indices { unsafe secrets[index].cleanse() }
        for index in unsafe blocks.indices { unsafe release(blocks[index]) }
    }

    /// A message of type `Message`, set up by its generated `init` function.
    func make<Message>(_ initialize: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        let size = MemoryLayout<Message>.stride
        let block = unsafe allocate(size)
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        let message = unsafe block.bindMemory(to: Message.self, capacity: 1)
        unsafe initialize(message)
        return unsafe message
    }

    /// A C string. The model's strings hold no NUL: what came from outside was scanned for it.
    func text(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = Array(text.utf8)
        let block = unsafe allocate(bytes.count + 1)
        unsafe bytes.withUnsafeBytes {
            unsafe block.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(block), byteCount: $0.count)
        }
        unsafe block.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
        return unsafe block.bindMemory(to: CChar.self, capacity: bytes.count + 1)
    }

    /// The same for a token, which is overwritten when the packer goes.
    func secret(_ secret: String) -> UnsafeMutablePointer<CChar> {
        let count = secret.utf8.count
        let block = unsafe allocate(count + 1)
        unsafe secrets.append(UnsafeMutableRawBufferPointer(start: block, count: count + 1))
        var text = secret
        text.withUTF8 { bytes in
            if let start = bytes.baseAddress { unsafe block.copyMemory(from: start, byteCount: count) }
        }
        unsafe block.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return unsafe block.bindMemory(to: CChar.self, capacity: count + 1)
    }

    /// A repeated string.
    func texts(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        unsafe array(texts.map { unsafe Optional(text($0)) })
    }

    func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        let block = unsafe allocate(max(bytes.count, 1))
        unsafe bytes.withUnsafeBytes {
            unsafe block.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(block), byteCount: $0.count)
        }
        return unsafe ProtobufCBinaryData(
            len: bytes.count, data: block.bindMemory(to: UInt8.self, capacity: bytes.count))
    }

    /// A C array, for a repeated field.
    func array<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let block = unsafe allocate(max(elements.count, 1) * MemoryLayout<Element>.stride)
        let array = unsafe block.bindMemory(to: Element.self, capacity: elements.count)
        unsafe array.initialize(from: elements, count: elements.count)
        return unsafe array
    }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        unsafe blocks.append(block)
        return unsafe block
    }
}

/// Appends a message to a buffer, packed by protobuf-c straight into it.
func pack<Message>(_ message: UnsafePointer<Message>, into buffer: inout ByteBuffer) {
    unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { base in
        let size = unsafe protobuf_c_message_get_packed_size(base)
        unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
            unsafe protobuf_c_message_pack(base, space.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }
}

/// Appends a message behind its length as 4 bytes, big-endian; not if it is larger than `limit` bytes. Returns whether
/// it did.
@discardableResult
func packFrame<Message>(
    _ message: UnsafePointer<Message>, into buffer: inout ByteBuffer, atMost limit: Int = Limits.serverFrameBytes
) -> Bool {
    let size = unsafe message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) {
        unsafe protobuf_c_message_get_packed_size($0)
    }
    if size > limit { return false }
    buffer.reserveCapacity(minimumWritableBytes: size + 4)
    buffer.writeInteger(UInt32(truncatingIfNeeded: size))
    unsafe pack(message, into: &buffer)
    return true
}
