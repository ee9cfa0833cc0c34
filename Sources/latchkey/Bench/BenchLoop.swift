// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import NIOCore
internal import NIOPosix

/// One event loop of the load generator, with its connections.
struct BenchLoop: Sendable {
    private let eventLoop: any EventLoop
    private let shared: NIOLoopBoundBox<BenchConnection.Shared>

    init(_ eventLoop: any EventLoop, frames: BenchFrames) {
        self.eventLoop = eventLoop
        shared = .makeBoxSendingValue(BenchConnection.Shared(frames: frames), eventLoop: eventLoop)
    }

    func connect(to address: ServerAddress, depth: Int) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop).channelInitializer { [shared] channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(BenchConnection(shared: shared.value, depth: depth))
            }
        }
        return switch address {
        case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port):
            bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
        }
    }

    /// Lets those of `channels` that are on this loop send their first calls.
    func start(_ channels: [any Channel], begin: NIODeadline, end: NIODeadline) async throws {
        try await eventLoop.submit { [shared] in
            shared.value.begin = begin
            shared.value.end = end
            for channel in channels where channel.eventLoop.inEventLoop && channel.isActive {
                let context = try channel.pipeline.syncOperations.context(handlerType: BenchConnection.self)
                (context.handler as? BenchConnection)?.start(context: context)
            }
        }.get()
    }

    func tally() async throws -> BenchTally {
        try await eventLoop.submit { [shared] in shared.value.tally }.get()
    }
}
