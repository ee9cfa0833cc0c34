// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyService
import KeyTesting
import KeyWire
import NIOCore
import NIOEmbedded
import Testing

@testable import KeyServer

/// A connection without a socket, on a loop whose time the test moves.
struct LooseConnection {
    let loop = EmbeddedEventLoop()
    let census: ConnectionCensus
    let context: LoopContext
    let channel: EmbeddedChannel

    init(_ service: KeyService, authority: Authority? = nil) throws {
        var limits = ConnectionLimits.patient
        limits.firstFrame = .seconds(1)
        limits.frame = .seconds(2)
        limits.idle = .seconds(3)
        census = ConnectionCensus(limits)
        context = LoopContext(
            lane: service.makeLane(0), census: census, calls: CallCensus(most: limits.calls))
        let peer = CallerPeer(name: "anonymous", peer: "192.0.2.1:1", clientIP: "192.0.2.1", authority: authority)
        channel = EmbeddedChannel(handler: FrameHandler(service: service, loop: context, peer: peer), loop: loop)
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 1), promise: nil)
    }

    /// Frames with a Validate each.
    static func validates(_ count: Int, as token: String = "") -> [UInt8] {
        var bytes = ByteBuffer()
        for id in 1...count {
            ClientFrame(
                id: UInt64(id), timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: "x"))),
                authorization: token
            ).encode(into: &bytes)
        }
        return Array(bytes.readableBytesView)
    }

    func send(_ bytes: [UInt8]) throws { try channel.writeInbound(ByteBuffer(bytes: bytes)) }

    /// What was written goes to the peer, or waits for it.
    func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// The reason of the last Status that came, if any did.
    func reason() throws -> Reason? { try reasons().last ?? nil }

    /// Of everything that came: the reason of a Status, `nil` for another answer.
    func reasons() throws -> [Reason?] {
        var bytes = ByteBuffer()
        while var more = try channel.readOutbound(as: ByteBuffer.self) { bytes.writeBuffer(&more) }
        var reasons: [Reason?] = []
        var splitter = FrameSplitter(maximumBytes: Limits.serverFrameBytes)
        splitter.append(&bytes)
        while let message = try splitter.next() {
            if case .failure(let refusal) = try ServerFrame.decode(message).result {
                reasons.append(refusal.reason)
            } else {
                reasons.append(nil)
            }
        }
        return reasons
    }
}
