// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CLatchkeyProto
package import KeyModel

/// Replies as proto3 JSON on one line: lowerCamelCase names, 64-bit integers as strings, defaults included, unset
/// messages and oneofs left out.
package enum ProtoJSON {
    /// The response message of a reply; of a stream's, its records in an array.
    package static func text(_ reply: Reply) -> String {
        let packer = Packer()
        let frame = unsafe packer.make(latchkey__v1__server_frame__init)
        unsafe ReplyCodec.encode(reply, into: frame, packer)
        // Every member of the oneof is a pointer to a message, in the same place.
        return unsafe frame.pointee.error.withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) { unsafe text($0) }
    }

    package static func text(_ record: UsageRecord) -> String {
        let packer = Packer()
        return unsafe UsageCodec.encode(record, packer).withMemoryRebound(to: ProtobufCMessage.self, capacity: 1) {
            unsafe text($0)
        }
    }

    /// A string as JSON writes it, quotes included.
    package static func quoted(_ text: String) -> String {
        var out = ""
        writeString(text, to: &out)
        return out
    }

    static func text(_ message: UnsafeMutablePointer<ProtobufCMessage>) -> String {
        var out = ""
        unsafe write(message, to: &out)
        return out
    }

    private static func write(_ message: UnsafeMutablePointer<ProtobufCMessage>, to out: inout String) {
        guard let descriptor = unsafe message.pointee.descriptor?.pointee else { return }
        let base = UnsafeRawPointer(message)
        switch unsafe String(cString: descriptor.name) {
        case "google.protobuf.Timestamp":
            let time = unsafe base.assumingMemoryBound(to: Google__Protobuf__Timestamp.self).pointee
            out += unsafe "\"\(rfc3339(seconds: time.seconds, nanos: time.nanos))\""
            return
        case "google.protobuf.Duration":
            let span = unsafe base.assumingMemoryBound(to: Google__Protobuf__Duration.self).pointee
            let sign = unsafe span.seconds < 0 || span.nanos < 0 ? "-" : ""
            out += unsafe "\"\(sign)\(span.seconds.magnitude)\(fraction(Int32(span.nanos.magnitude)))s\""
            return
        default: break
        }
        out += "{"
        var first = true
        let fields = unsafe UnsafeBufferPointer(start: descriptor.fields, count: Int(descriptor.n_fields))
        for index in fields.indices {
            let field = unsafe fields[index]
            guard unsafe isShown(field, in: base) else { continue }
            if !first { out += "," }
            first = false
            out += unsafe "\"\(camelCase(String(cString: field.name)))\":"
            let place = unsafe base + Int(field.offset)
            if unsafe field.label == PROTOBUF_C_LABEL_REPEATED {
                unsafe writeArray(field, in: base, to: &out)
            } else {
                unsafe writeValue(field, at: place, to: &out)
            }
        }
        out += "}"
    }

    /// Messages when they are set, members of a oneof when they are the one, everything else always.
    private static func isShown(_ field: ProtobufCFieldDescriptor, in base: UnsafeRawPointer) -> Bool {
        if unsafe field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 {
            return unsafe base.load(fromByteOffset: Int(field.quantifier_offset), as: UInt32.self) == field.id
        }
        if unsafe field.type == PROTOBUF_C_TYPE_MESSAGE, unsafe field.label != PROTOBUF_C_LABEL_REPEATED {
            return unsafe base.load(fromByteOffset: Int(field.offset), as: UnsafeRawPointer?.self) != nil
        }
        return true
    }

    private static func writeArray(
        _ field: ProtobufCFieldDescriptor, in base: UnsafeRawPointer, to out: inout String
    ) {
        let count = unsafe base.load(fromByteOffset: Int(field.quantifier_offset), as: Int.self)
        let elements = unsafe base.load(fromByteOffset: Int(field.offset), as: UnsafeRawPointer?.self)
        out += "["
        for index in 0..<count {
            if index > 0 { out += "," }
            if let elements = unsafe elements {
                unsafe writeValue(field, at: elements + index * size(of: field), to: &out)
            }
        }
        out += "]"
    }

    private static func size(of field: ProtobufCFieldDescriptor) -> Int {
        switch unsafe field.type {
        case PROTOBUF_C_TYPE_ENUM, PROTOBUF_C_TYPE_BOOL, PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_INT32: 4
        case PROTOBUF_C_TYPE_BYTES: unsafe MemoryLayout<ProtobufCBinaryData>.stride
        default: 8
        }
    }

    private static func writeValue(
        _ field: ProtobufCFieldDescriptor, at place: UnsafeRawPointer, to out: inout String
    ) {
        switch unsafe field.type {
        case PROTOBUF_C_TYPE_MESSAGE:
            if let message = unsafe place.load(as: UnsafeMutablePointer<ProtobufCMessage>?.self) {
                unsafe write(message, to: &out)
            }
        case PROTOBUF_C_TYPE_STRING:
            unsafe writeString(RequestCodec.text(place.load(as: UnsafeMutablePointer<CChar>?.self)), to: &out)
        case PROTOBUF_C_TYPE_BYTES:
            out += unsafe "\"\(base64(UsageCodec.bytes(place.load(as: ProtobufCBinaryData.self))))\""
        case PROTOBUF_C_TYPE_BOOL:
            unsafe out += place.load(as: Int32.self) != 0 ? "true" : "false"
        case PROTOBUF_C_TYPE_ENUM:
            let value = unsafe place.load(as: Int32.self)
            let descriptor = unsafe field.descriptor?.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
            if let named = unsafe protobuf_c_enum_descriptor_get_value(descriptor, value) {
                out += unsafe "\"\(String(cString: named.pointee.name))\""
            } else {
                out += String(value)
            }
        case PROTOBUF_C_TYPE_UINT32, PROTOBUF_C_TYPE_FIXED32:
            unsafe out += String(place.load(as: UInt32.self))
        case PROTOBUF_C_TYPE_INT32, PROTOBUF_C_TYPE_SINT32, PROTOBUF_C_TYPE_SFIXED32:
            unsafe out += String(place.load(as: Int32.self))
        case PROTOBUF_C_TYPE_UINT64, PROTOBUF_C_TYPE_FIXED64:
            out += unsafe "\"\(place.load(as: UInt64.self))\""
        default:
            out += unsafe "\"\(place.load(as: Int64.self))\""
        }
    }

    private static func writeString(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    /// The fraction of a second with 0, 3, 6 or 9 digits.
    private static func fraction(_ nanos: Int32) -> String {
        if nanos == 0 { return "" }
        var digits = String(nanos)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("000") { digits.removeLast(3) }
        return "." + digits
    }

    private static func rfc3339(seconds: Int64, nanos: Int32) -> String {
        CivilTime(secondsSince1970: seconds).text(fraction: fraction(nanos))
    }

    package static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var out = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var bits = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
            var four: [Character] = []
            for _ in 0..<4 {
                four.insert(digits[bits & 63], at: 0)
                bits >>= 6
            }
            out += String(four[0...chunk.count]) + String(repeating: "=", count: 3 - chunk.count)
        }
        return out
    }
}
