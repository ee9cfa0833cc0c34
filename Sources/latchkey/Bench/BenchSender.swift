// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Gathers the calls of one connection, each for a key picked at random, until they are written together.
struct BenchSender {
    private let frames: BenchFrames
    private var random = SystemSeededGenerator()
    private var outgoing = ByteBuffer()

    init(frames: BenchFrames) {
        self.frames = frames
    }

    mutating func add(slot: Int) {
        frames.write(Int.random(in: 0..<frames.count, using: &random), slot: slot, to: &outgoing)
    }

    mutating func flush(_ context: ChannelHandlerContext) {
        guard outgoing.readableBytes > 0 else { return }
        let out = outgoing
        outgoing = context.channel.allocator.buffer(capacity: out.readableBytes)
        context.writeAndFlush(NIOAny(out), promise: nil)
    }
}
