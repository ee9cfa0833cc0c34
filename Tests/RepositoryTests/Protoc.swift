// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Google's own compiler, as any client's author runs it.
enum Protoc {
    /// Compiles the files, given relative to `root`, and reads what they declare, comments included.
    static func compile(_ files: [String], root: URL) async throws -> ProtoSchema {
        try await withTemporaryDirectory { directory in
            let set = directory.appendingPathComponent("set.binpb")
            let arguments = ["protoc", "-I\(root.path)", "--include_source_info", "--descriptor_set_out=\(set.path)"]
            let protoc = try await Command.run(arguments + files)
            try #require(protoc.status == 0, "protoc: \(protoc.output)")
            return try ProtoSchema(descriptorSet: Array(Data(contentsOf: set)))
        }
    }

    /// The repository's own schemas, under `proto/` and `folder`.
    static func repository(_ folder: String = "latchkey") async throws -> ProtoSchema {
        let root = Repository.url("proto")
        let files = try Repository.files(under: "proto/" + folder, type: "proto").map { String($0.dropFirst(6)) }
        return try await compile(files, root: root)
    }
}
