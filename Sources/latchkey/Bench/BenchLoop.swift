// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import KeyModel
internal import NIOCore
internal import NIOPosix

/// One event loop of the load generator, with its connections.
struct BenchLoop: Sendable {
    private let eventLoop: any EventLoop
    /// The first frame of each connection: the caller's token alone; `nil` = there is none.
    private let greeting: ByteBuffer?
    private let core: NIOLoopBoundBox<Core>
    private let tls: ClientTLSSource

    private struct Core {
        let shared: BenchShared
        /// In an open loop.
        let pacer: Pacer?
    }

    /// - Parameter schedule: of an open loop; without, each connection always has as many calls in flight.
    init(
        _ eventLoop: any EventLoop, frames: BenchFrames, greeting: ByteBuffer?, schedule: OpenLoopSchedule?,
        tls: ClientTLSSource
    ) {
        self.tls = tls
        self.eventLoop = eventLoop
        self.greeting = greeting
        let shared = BenchShared(frames: frames)
        let pacer = schedule.map { Pacer(shared: shared, schedule: $0, eventLoop: eventLoop) }
        core = .makeBoxSendingValue(Core(shared: shared, pacer: pacer), eventLoop: eventLoop)
    }

    /// Opens connection `number` of all; those of one loop are opened by rising number.
    func connect(_ number: Int, to address: ServerAddress, depth: Int) -> EventLoopFuture<any Channel> {
        let connected = Dial.connect(
            to: address, on: eventLoop, timeout: .milliseconds(Limits.clientConnectMilliseconds), tls: tls
        ) { [core] channel in
            let pipeline = channel.pipeline.syncOperations
            if let pacer = core.value.pacer {
                try pipeline.addHandler(pacer.makeConnection(number: number, depth: depth))
            } else {
                try pipeline.addHandler(BenchConnection(shared: core.value.shared, depth: depth))
            }
        }
        guard let greeting else { return connected }
        // Unanswered when the token is good; else the answer counts as an error, and so do those to the calls.
        return connected.flatMap { channel in channel.writeAndFlush(greeting).map { channel } }
    }

    /// Lets those of `channels` that are on this loop send their first calls: at once, or in an open loop at `start`.
    func start(_ channels: [any Channel], start: NIODeadline, begin: NIODeadline, end: NIODeadline) async throws {
        try await eventLoop.submit { [core] in
            core.value.shared.start = start
            core.value.shared.begin = begin
            core.value.shared.end = end
            if let pacer = core.value.pacer { return pacer.begin() }
            for channel in channels where channel.eventLoop.inEventLoop && channel.isActive {
                let context = try channel.pipeline.syncOperations.context(handlerType: BenchConnection.self)
                (context.handler as? BenchConnection)?.start(context: context)
            }
        }.get()
    }

    func tally() async throws -> BenchTally {
        try await eventLoop.submit { [core] in
            core.value.pacer?.settle()
            return core.value.shared.tally
        }.get()
    }
}
