// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

/// What a broken server may send to a client: it is decoded with protobuf-c's own allocator, without a scan.
@Suite struct MutatedReplyTests {
    private static let messages: [[UInt8]] = {
        let refusal = Refusal(
            .invalidArgument, .invalidField, "m", violations: [FieldViolation("a", "b")], retryAfter: .seconds(1))
        let results = SampleReplies.all.map { Result<Reply, Refusal>.success($0) } + [.failure(refusal)]
        return results.map { Array(ServerFrame(id: 20_000, end: true, result: $0).bytes.dropFirst(4)) }
    }()

    @Test("mutated replies are an error or can be shown, and never trap", arguments: 1...4)
    func replies(seed: UInt64) {
        var mutator = FrameMutator(seeds: Self.messages, seed: seed)
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameMutator.largestFrame + 4, alignment: 16)
        defer { space.deallocate() }
        var decoded = 0
        var characters = 0
        for _ in 0..<5_000 {
            let count = mutator.write(to: space)
            let message = ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: space[4..<count]))
            guard let frame = try? ServerFrame.decode(message) else { continue }
            decoded += 1
            switch frame.result {
            case .success(let reply): characters += ProtoJSON.text(reply).utf8.count
            case .failure(let refusal): characters += "\(refusal)".utf8.count
            case nil: break
            }
            // What was read can be written again.
            characters += frame.bytes.count
        }
        #expect(decoded > 500)
        #expect(characters > decoded)
    }
}
