// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
internal import KeyModel
internal import NIOCore

/// Memory for building one message for protobuf-c to pack. Everything made lives until the packer goes.
final class Packer {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// A message of type `Message`, set up by its generated `init` function.
    func make<Message>(_ initialize: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        let size = MemoryLayout<Message>.stride
        let block = allocate(size)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        let message = block.bindMemory(to: Message.self, capacity: 1)
        initialize(message)
        return message
    }

    /// A C string. The model's strings hold no NUL: what came from outside was scanned for it.
    func text(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = Array(text.utf8)
        let block = allocate(bytes.count + 1)
        bytes.withUnsafeBytes { block.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(block), byteCount: $0.count) }
        block.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
        return block.bindMemory(to: CChar.self, capacity: bytes.count + 1)
    }

    func bytes(_ bytes: [UInt8]) -> ProtobufCBinaryData {
        let block = allocate(max(bytes.count, 1))
        bytes.withUnsafeBytes { block.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(block), byteCount: $0.count) }
        return ProtobufCBinaryData(len: bytes.count, data: block.bindMemory(to: UInt8.self, capacity: bytes.count))
    }

    /// A C array, for a repeated field.
    func array<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let block = allocate(max(elements.count, 1) * MemoryLayout<Element>.stride)
        let array = block.bindMemory(to: Element.self, capacity: elements.count)
        array.initialize(from: elements, count: elements.count)
        return array
    }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        blocks.append(block)
        return block
    }
}

/// Appends a message to a buffer, packed by protobuf-c straight into it.
func pack<Message>(_ message: UnsafePointer<Message>, into buffer: inout ByteBuffer) {
    message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { base in
        let size = protobuf_c_message_get_packed_size(base)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
            protobuf_c_message_pack(base, space.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }
}

/// Appends a message behind its length as 4 bytes, big-endian; not if it is larger than `limit` bytes. Returns whether
/// it did.
@discardableResult
func packFrame<Message>(
    _ message: UnsafePointer<Message>, into buffer: inout ByteBuffer, atMost limit: Int = Limits.serverFrameBytes
) -> Bool {
    let size = message.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) {
        protobuf_c_message_get_packed_size($0)
    }
    if size > limit { return false }
    buffer.reserveCapacity(minimumWritableBytes: size + 4)
    buffer.writeInteger(UInt32(truncatingIfNeeded: size))
    pack(message, into: &buffer)
    return true
}
