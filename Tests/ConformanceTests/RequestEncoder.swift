// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import CLatchkeyProto
import Foundation

/// From a request in proto3 JSON to the bytes of a ClientFrame, by protobuf-c's own descriptors.
struct RequestEncoder {
    private typealias Fields = UnsafeBufferPointer<ProtobufCFieldDescriptor>

    static func frame(call name: String, _ request: JSON, timeoutMilliseconds: Int64?) throws -> [UInt8] {
        var frame = Latchkey__V1__ClientFrame()
        latchkey__v1__client_frame__init(&frame)
        guard let call = fields(UnsafeRawPointer(frame.base.descriptor)).first(where: { text($0.name) == name }) else {
            throw Mismatch("there is no call \(name)")
        }
        var bytes: [UInt8] = []
        number(1, 1, to: &bytes)
        if let timeoutMilliseconds { number(2, UInt64(timeoutMilliseconds), to: &bytes) }
        delimited(call.id, try message(call.descriptor, request), to: &bytes)
        return bytes
    }

    private static func fields(_ descriptor: UnsafeRawPointer?) -> Fields {
        let message = descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self).pointee
        return Fields(start: message?.fields, count: Int(message?.n_fields ?? 0))
    }

    private static func text(_ name: UnsafePointer<CChar>?) -> String { name.map { String(cString: $0) } ?? "" }

    private static func message(_ descriptor: UnsafeRawPointer?, _ value: JSON) throws -> [UInt8] {
        let name = text(descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self).pointee.name)
        var bytes: [UInt8] = []
        switch name {
        case "google.protobuf.Timestamp", "google.protobuf.Duration":
            let written = value.text ?? ""
            let (seconds, nanos) =
                name.hasSuffix("Duration") ? try TimeText.duration(written) : try TimeText.time(written)
            if seconds != 0 { number(1, UInt64(bitPattern: seconds), to: &bytes) }
            if nanos != 0 { number(2, UInt64(bitPattern: nanos), to: &bytes) }
        case "google.protobuf.FieldMask":
            for path in (value.text ?? "").split(separator: ",") {
                delimited(1, Array(snakeCase(String(path)).utf8), to: &bytes)
            }
        default:
            let known = fields(descriptor)
            for (member, value) in value.object.sorted(by: { $0.key < $1.key }) where !value.isNull {
                guard let field = known.first(where: { text($0.name) == snakeCase(member) }) else {
                    throw Mismatch("\(name) has no \(member)")
                }
                if let elements = value.array {
                    for element in elements { try self.field(field, element, isSet: true, to: &bytes) }
                } else {
                    // A member of a oneof is set even with its default.
                    let isMember = field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0
                    try self.field(field, value, isSet: isMember, to: &bytes)
                }
            }
        }
        return bytes
    }

    private static func field(
        _ field: ProtobufCFieldDescriptor, _ value: JSON, isSet: Bool, to bytes: inout [UInt8]
    ) throws {
        switch field.type {
        case PROTOBUF_C_TYPE_MESSAGE: delimited(field.id, try message(field.descriptor, value), to: &bytes)
        case PROTOBUF_C_TYPE_STRING:
            if let text = value.text, isSet || !text.isEmpty { delimited(field.id, Array(text.utf8), to: &bytes) }
        case PROTOBUF_C_TYPE_BYTES:
            guard let data = Data(base64Encoded: value.text ?? "") else { throw Mismatch("\(value) is no base64") }
            if isSet || !data.isEmpty { delimited(field.id, Array(data), to: &bytes) }
        default:
            let value = try scalar(field, value)
            if isSet || value != 0 { number(field.id, value, to: &bytes) }
        }
    }

    private static func scalar(_ field: ProtobufCFieldDescriptor, _ value: JSON) throws -> UInt64 {
        if case .bool(let value) = value { return value ? 1 : 0 }
        if let number = value.text.flatMap(UInt64.init) { return number }
        if field.type == PROTOBUF_C_TYPE_ENUM, let name = value.text {
            let descriptor = field.descriptor?.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
            if let named = protobuf_c_enum_descriptor_get_value_by_name(descriptor, name) {
                return UInt64(named.pointee.value)
            }
        }
        throw Mismatch("\(text(field.name)) cannot be \(value)")
    }

    private static func varint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(_ field: UInt32, _ value: UInt64, to bytes: inout [UInt8]) {
        varint(UInt64(field) << 3, to: &bytes)
        varint(value, to: &bytes)
    }

    private static func delimited(_ field: UInt32, _ content: [UInt8], to bytes: inout [UInt8]) {
        varint(UInt64(field) << 3 | 2, to: &bytes)
        varint(UInt64(content.count), to: &bytes)
        bytes += content
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { out, letter in out += letter.isUppercase ? "_\(letter.lowercased())" : "\(letter)" }
    }
}
