// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What a set of `.proto` files declares: a FileDescriptorSet (google/protobuf/descriptor.proto, whose field numbers
/// stand below), flattened so that everything is found by its full name, such as `.latchkey.v1.Key`.
struct ProtoSchema {
    struct Field {
        let name: String
        let number: Int
        /// A scalar's name as in a `.proto` file, or the full name of a message or enum.
        let type: String
        let isRepeated: Bool
        /// The oneof that it is a member of.
        let oneof: String?
        let isProto3Optional: Bool
        let isCommented: Bool
    }

    struct Message {
        var fields: [Field] = []
        var commentedOneofs: Set<String> = []
        let isCommented: Bool
    }

    struct EnumValue {
        let name: String
        let number: Int
        let isCommented: Bool
    }

    struct Enum {
        let values: [EnumValue]
        let isCommented: Bool
    }

    struct Method {
        let name: String
        let input: String
        let output: String
        let streamsInput: Bool
        let streamsOutput: Bool
        let isCommented: Bool
    }

    struct Service {
        let methods: [Method]
        let isCommented: Bool
    }

    var messages: [String: Message] = [:]
    var enums: [String: Enum] = [:]
    var services: [String: Service] = [:]

    init(descriptorSet: [UInt8]) throws(ProtoMessage.Malformed) {
        for file in try ProtoMessage(descriptorSet).messages(1) {
            let comments = try ProtoComments(file)
            let package = file.string(2)
            let scope = package.isEmpty ? "" : "." + package
            for (index, type) in try file.messages(4).enumerated() {
                try add(message: type, scope: scope, path: [4, index], comments: comments)
            }
            for (index, type) in try file.messages(5).enumerated() {
                try add(enum: type, scope: scope, path: [5, index], comments: comments)
            }
            for (index, service) in try file.messages(6).enumerated() {
                try add(service: service, scope: scope, path: [6, index], comments: comments)
            }
        }
    }

    private mutating func add(
        message: ProtoMessage, scope: String, path: [Int], comments: ProtoComments
    ) throws(ProtoMessage.Malformed) {
        let name = scope + "." + message.string(1)
        let oneofs = try message.messages(8).map { $0.string(1) }
        var made = Message(isCommented: comments.contains(path))
        for (index, oneof) in oneofs.enumerated() where comments.contains(path + [8, index]) {
            made.commentedOneofs.insert(oneof)
        }
        for (index, field) in try message.messages(2).enumerated() {
            let reference = field.string(6)
            made.fields.append(
                Field(
                    name: field.string(1), number: field.integer(3),
                    type: reference.isEmpty ? Self.scalar(field.integer(5)) : reference,
                    isRepeated: field.integer(4) == 3,
                    oneof: field.presentInteger(9).flatMap { oneofs.indices.contains($0) ? oneofs[$0] : nil },
                    isProto3Optional: field.integer(17) != 0,
                    isCommented: comments.contains(path + [2, index])))
        }
        messages[name] = made
        for (index, nested) in try message.messages(3).enumerated() {
            try add(message: nested, scope: name, path: path + [3, index], comments: comments)
        }
        for (index, nested) in try message.messages(4).enumerated() {
            try add(enum: nested, scope: name, path: path + [4, index], comments: comments)
        }
    }

    private mutating func add(
        enum type: ProtoMessage, scope: String, path: [Int], comments: ProtoComments
    ) throws(ProtoMessage.Malformed) {
        let values = try type.messages(2).enumerated().map { index, value in
            EnumValue(
                name: value.string(1), number: value.integer(2), isCommented: comments.contains(path + [2, index]))
        }
        enums[scope + "." + type.string(1)] = Enum(values: values, isCommented: comments.contains(path))
    }

    private mutating func add(
        service: ProtoMessage, scope: String, path: [Int], comments: ProtoComments
    ) throws(ProtoMessage.Malformed) {
        let methods = try service.messages(2).enumerated().map { index, method in
            Method(
                name: method.string(1), input: method.string(2), output: method.string(3),
                streamsInput: method.integer(5) != 0, streamsOutput: method.integer(6) != 0,
                isCommented: comments.contains(path + [2, index]))
        }
        services[scope + "." + service.string(1)] = Service(methods: methods, isCommented: comments.contains(path))
    }

    /// FieldDescriptorProto.Type, from 1; 10, 11 and 14 are told by the name that they refer to.
    private static func scalar(_ type: Int) -> String {
        let names = [
            "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "message",
            "bytes", "uint32", "enum", "sfixed32", "sfixed64", "sint32", "sint64",
        ]
        return names.indices.contains(type - 1) ? names[type - 1] : "type \(type)"
    }
}

/// Where a file has comments: the paths (field numbers and indexes, alternating) of what they stand before or behind.
/// Empty unless protoc was told `--include_source_info`.
struct ProtoComments {
    private var paths: Set<[Int]> = []

    init(_ file: ProtoMessage) throws(ProtoMessage.Malformed) {
        for info in try file.messages(9) {
            for location in try info.messages(1) where !(location.string(3) + location.string(4)).isEmpty {
                paths.insert(try location.integers(1))
            }
        }
    }

    func contains(_ path: [Int]) -> Bool { paths.contains(path) }
}
