// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What is wrong with a message's bytes, before anyone asks what they mean.
package struct WireFault: Error, Equatable {
    package enum Kind: Equatable {
        /// It ends inside a field, or a length points past its end.
        case truncated
        /// Not a tag that protobuf allows: field 0, or a group.
        case badTag
        /// The field is of another type on the wire.
        case wrongWireType
        /// A string that is not UTF-8.
        case notUTF8
        /// A string with a NUL in it.
        case nul
        /// A field that may occur once, or another of its oneof, occurs again.
        case duplicate
        /// A field that this version does not know.
        case unknownField
        /// It would grow past `Limits.decodedFrameBytes` in memory.
        case expands
    }

    package var kind: Kind
    /// Where, as in "create_key.name"; empty when not within a field.
    package var path: String

    init(_ kind: Kind, _ path: String = "") {
        self.kind = kind
        self.path = path
    }

    /// The same, seen from the message around it.
    func within(_ field: String) -> WireFault {
        WireFault(kind, path.isEmpty ? field : "\(field).\(path)")
    }

    package var message: String {
        let field = path.isEmpty ? "the message" : path
        switch kind {
        case .truncated: return "\(field) ends too early; send whole protobuf messages"
        case .badTag: return "\(field) holds a tag that proto3 does not allow"
        case .wrongWireType: return "\(field) has another type on the wire; generate your code from the current .proto"
        case .notUTF8: return "\(field) is not UTF-8"
        case .nul: return "\(field) holds a NUL character; strings must not"
        case .duplicate: return "\(field), or another member of its oneof, occurs twice; send it once"
        case .unknownField: return "\(field) is not known to this version of the server; leave it unset"
        case .expands: return "the message needs more than \(decodedBytes) bytes in memory; send fewer elements"
        }
    }

    private var decodedBytes: Int { Limits.decodedFrameBytes }
}
