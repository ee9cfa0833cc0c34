// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The texts beside the bytes of the protocol's vectors, against protobuf's own reading of the same bytes.
@Suite("The protocol's vectors, by protoc")
struct VectorTextTests {
    private struct Vector: Decodable {
        let name: String
        let from: String
        let hex: String
        let lines: [[String]]
    }

    @Test("what stands beside a vector's bytes is what protoc reads in them")
    func texts() async throws {
        let json = Data(try Repository.text("docs/vectors/frames.json").utf8)
        let vectors = try JSONDecoder().decode([String: [Vector]].self, from: json)["vectors", default: []]
        try #require(!vectors.isEmpty)
        try await withTemporaryDirectory { directory in
            for vector in vectors {
                let file = directory.appendingPathComponent(vector.name)
                try Data(bytes(vector.hex).dropFirst(4)).write(to: file)
                let message = vector.from == "client" ? "ClientFrame" : "ServerFrame"
                let protoc = try await Command.run(
                    "sh", "-c", "exec protoc -Iproto --decode=latchkey.v1.$1 latchkey/v1/frame.proto <\"$2\"", "sh",
                    message, file.path)
                #expect(protoc.status == 0, "\(vector.name): \(protoc.output)")
                let text = vector.lines.dropFirst().map { $0[1] + "\n" }.joined()
                #expect(text == protoc.output, "\(vector.name)")
            }
        }
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
