// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto

/// What may stand in a ClientFrame, field by field, read once from protobuf-c's own descriptors and laid out flat for
/// `WireScanner`.
@safe struct WireSchema: @unchecked Sendable {
    // Sendable because the tables are written before the one instance is shared, and never after, and never freed.

    struct Field {
        enum Kind: UInt8 {
            case absent
            case varint
            case fixed32
            case fixed64
            case string
            case bytes
            case message
        }

        var kind: Kind = .absent
        var repeated = false
        /// Which bit of the seen mask it sets, and for a oneof's member also the oneof's.
        var bits: UInt64 = 0
        /// For a message: its index.
        var message = 0
    }

    @safe struct Message {
        /// Index of its field number 0 in `fields`.
        var base: Int
        /// One more than its highest field number.
        var count: Int
        /// Of its C struct.
        var size: Int
        var descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    }

    let fields: UnsafePointer<Field>
    let messages: UnsafePointer<Message>

    /// The schema whose message 0 is ClientFrame.
    static let clientFrame: WireSchema = {
        var frame = unsafe Latchkey__V1__ClientFrame()
        unsafe latchkey__v1__client_frame__init(&frame)
        return unsafe WireSchema(root: frame.base.descriptor)
    }()

    init(root: UnsafePointer<ProtobufCMessageDescriptor>) {
        var builder = Builder()
        _ = unsafe builder.add(root)
        let fields = UnsafeMutablePointer<Field>.allocate(capacity: builder.fields.count)
        unsafe fields.initialize(from: builder.fields, count: builder.fields.count)
        let messages = UnsafeMutablePointer<Message>.allocate(capacity: builder.messages.count)
        unsafe messages.initialize(from: builder.messages, count: builder.messages.count)
        unsafe self.fields = unsafe UnsafePointer(fields)
        unsafe self.messages = unsafe UnsafePointer(messages)
    }

    /// The field's name in its message, for an error; its number when it is unknown.
    func name(of number: Int, in message: Int) -> String {
        let descriptor = unsafe messages[message].descriptor
        guard let field = unsafe protobuf_c_message_descriptor_get_field(descriptor, UInt32(clamping: number)) else {
            return "field \(number)"
        }
        return unsafe String(cString: field.pointee.name)
    }

    private struct Builder {
        var fields: [Field] = []
        var messages: [Message] = []

        mutating func add(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> Int {
            if let known = messages.firstIndex(where: { unsafe $0.descriptor == descriptor }) { return known }
            let all = unsafe UnsafeBufferPointer(
                start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
            let count = unsafe Int(all.map(unsafe \.id).max() ?? 0) + 1
            precondition(count < 56, "seen masks have 56 bits for fields and 8 for oneofs")
            let index = messages.count
            let base = fields.count
            unsafe messages.append(
                Message(base: base, count: count, size: descriptor.pointee.sizeof_message, descriptor: descriptor))
            fields.append(contentsOf: repeatElement(Field(), count: count))
            var oneofs: [UInt32] = []
            for index in all.indices {
                let field = unsafe all[index]
                var entry = unsafe Field(
                    kind: Self.kind(of: field.type), repeated: field.label == PROTOBUF_C_LABEL_REPEATED)
                entry.bits = unsafe 1 << UInt64(field.id)
                if unsafe field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 {
                    let oneof = unsafe oneofs.firstIndex(of: field.quantifier_offset) ?? oneofs.count
                    if oneof == oneofs.count { unsafe oneofs.append(field.quantifier_offset) }
                    entry.bits |= 1 << UInt64(63 - oneof)
                }
                if entry.kind == .message, let inner = unsafe field.descriptor {
                    entry.message = unsafe add(inner.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
                }
                unsafe fields[base + Int(field.id)] = entry
            }
            return index
        }

        private static func kind(of type: ProtobufCType) -> Field.Kind {
            switch type {
            case PROTOBUF_C_TYPE_STRING: .string
            case PROTOBUF_C_TYPE_BYTES: .bytes
            case PROTOBUF_C_TYPE_MESSAGE: .message
            case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: .fixed32
            case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: .fixed64
            default: .varint
            }
        }
    }
}
