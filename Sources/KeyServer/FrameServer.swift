// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import KeyModel
package import KeyService
internal import KeyWire
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The frame door: length-prefixed protobuf over TCP, with or without TLS, and a Unix socket.
package final class FrameServer: Sendable {
    /// Where to listen.
    package enum Address: Sendable, Equatable, CustomStringConvertible {
        /// An IP address; port 0 lets the system choose.
        case tcp(host: String, port: Int)
        case unix(path: String)

        package var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            }
        }
    }

    /// Why it does not listen; says what to do.
    package struct StartError: Error, CustomStringConvertible {
        package let description: String
        /// What was asked for cannot be listened on, now or later; otherwise it may go well another time.
        package let isForGood: Bool

        init(description: String, isForGood: Bool = false) {
            self.description = description
            self.isForGood = isForGood
        }
    }

    private let group: MultiThreadedEventLoopGroup
    let loops: [(eventLoop: any EventLoop, context: NIOLoopBoundBox<LoopContext>)]
    let service: KeyService
    let callers: CallerPolicy
    /// What TCP speaks; `nil` = it is in the clear.
    package let tls: TLSDoor?
    private let exposure: Exposure
    let census: ConnectionCensus
    private let memory = MemoryReturn()
    private let listeners = Mutex<[any Channel]>([])

    /// - Parameters:
    ///   - eventLoops: How many threads answer; the service's usage log has as many lanes.
    ///   - callers: Who needs a token.
    ///   - limits: What it takes of those who connect.
    ///   - tls: What every TCP listener speaks; `nil` = none does.
    ///   - exposure: What others than this machine's users may reach.
    package init(
        service: KeyService, eventLoops: Int, callers: CallerPolicy = CallerPolicy(),
        limits: ConnectionLimits = ConnectionLimits(), tls: TLSDoor? = nil, exposure: Exposure = Exposure()
    ) {
        self.tls = tls
        self.exposure = exposure
        self.service = service
        self.callers = callers
        let census = ConnectionCensus(limits)
        let calls = CallCensus(most: limits.calls)
        self.census = census
        group = MultiThreadedEventLoopGroup(numberOfThreads: eventLoops)
        loops = group.makeIterator().enumerated().map { index, eventLoop in
            let context = NIOLoopBoundBox.makeBoxSendingValue(
                LoopContext(lane: service.makeLane(index), census: census, calls: calls), eventLoop: eventLoop)
            return (eventLoop, context)
        }
    }

    /// What was refused because of a limit.
    package var refusals: RefusalCounts { census.refusals }

    /// Listens, and returns where: with port 0, the one that the system chose.
    package func listen(_ address: Address) async throws(StartError) -> Address {
        do {
            let channel: any Channel
            switch address {
            case .tcp(let host, let port):
                try check(host)
                // A name would be asked of whoever answers for names; this one has one meaning.
                let address = host == "localhost" ? "127.0.0.1" : host
                channel = try await bootstrap(isLocal: false).bind(host: address, port: port).get()
            case .unix(let path):
                try Self.clearStaleSocket(path)
                channel = try await bootstrap(isLocal: true).bind(unixDomainSocketPath: path).get()
                guard chmod(path, 0o600) == 0 else {
                    throw StartError(description: "cannot make \(path) private: \(String(cString: strerror(errno)))")
                }
            }
            listeners.withLock { $0.append(channel) }
            if case .tcp(let host, _) = address { return .tcp(host: host, port: channel.localAddress?.port ?? 0) }
            return address
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError(description: "cannot listen on \(address): \(Self.explain(error))")
        }
    }

    /// Listens on a socket that whoever started the program has bound and passed to it, and returns where that is. The
    /// descriptor is the server's from then on; the socket's path stays when the server stops, it is not the server's.
    package func listen(on descriptor: CInt) async throws(StartError) -> Address {
        let socket = try PassedSocket(descriptor, check)
        let isLocal =
            switch socket.address {
            case .unix: true
            case .tcp: false
            }
        do {
            let channel = try await bootstrap(isLocal: isLocal).withBoundSocket(descriptor).get()
            listeners.withLock { $0.append(channel) }
            // SwiftNIO has listened on it once more, with a shorter queue than is asked for here.
            _ = Glibc.listen(descriptor, Limits.waitingConnections)
            return socket.address
        } catch {
            throw StartError(
                description: "cannot listen on \(socket.address), descriptor \(descriptor): \(Self.explain(error))")
        }
    }

    private func bootstrap(isLocal: Bool) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.waitingConnections)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [census, loopCount = loops.count] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptGate(census, isLocal: isLocal, eventLoops: loopCount))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in self.accept(channel) }
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let peer = PeerAddress.of(channel.remoteAddress)
        let isLocal =
            if case .unixDomainSocket = channel.localAddress { true } else { false }
        // It was gone before it was accepted.
        if peer == nil, !isLocal { return channel.close() }
        let admission = census.enter(peer)
        channel.closeFuture.whenComplete { [census, memory] _ in
            census.leave(peer, admission)
            memory.noteEnd(on: channel.eventLoop)
        }
        let tls = isLocal ? nil : tls
        switch admission {
        case .served: break
        case .closed: return channel.close()
        case .refused(let refusal):
            // A word in the clear is none to who expects TLS, and a handshake costs too much for it.
            if tls != nil { return channel.close() }
            return channel.eventLoop.makeCompletedFuture {
                var bytes = ByteBuffer()
                ServerFrame(id: 0, end: true, result: .failure(refusal)).encode(into: &bytes)
                try channel.pipeline.syncOperations.addHandler(Farewell(bytes))
            }
        }
        if let tls { return secure(channel, tls) }
        return CallerPeer.of(channel, callers).flatMapThrowing { peer in
            guard let context = self.context(of: channel) else { return }
            let handler = FrameHandler(service: self.service, loop: context, peer: peer)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    /// What the connections of this one's event loop share. On that loop only.
    func context(of channel: any Channel) -> LoopContext? {
        loops.first { $0.eventLoop === channel.eventLoop }?.context.value
    }

    /// Stops accepting, lets the calls in flight finish for at most `grace`, closes, and ends the event loops.
    package func stop(grace: TimeSpan = .milliseconds(Limits.shutdownGraceMilliseconds)) async {
        let open = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for listener in open { try? await listener.close() }
        let drains = loops.map { eventLoop, context in
            eventLoop.flatSubmit { context.value.drain(on: eventLoop) }
        }
        let timeouts = loops.map { eventLoop, context in
            eventLoop.scheduleTask(in: .nanoseconds(grace.nanoseconds)) { context.value.abort() }
        }
        for drain in drains { try? await drain.get() }
        for timeout in timeouts { timeout.cancel() }
        try? await group.shutdownGracefully()
    }

    // MARK: Addresses

    private func check(_ host: String) throws(StartError) {
        try exposure.check(host, isEncrypted: tls != nil, asksCallers: callers.isRequired)
    }

    /// Removes a socket that nobody listens on any more; refuses when somebody does, or when it is another file.
    private static func clearStaleSocket(_ path: String) throws(StartError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw StartError(description: "\(path) exists and is not a socket; move it away or choose another path")
        }
        guard let address = try? SocketAddress(unixDomainSocketPath: path) else {
            throw StartError(description: "\(path) is too long for a Unix socket; choose a shorter path")
        }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        defer { close(descriptor) }
        let connected = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) } == 0
        // Only a refusal says that nobody is there: a server that is too busy to answer has its socket taken from it
        // by any other reading.
        if !connected, errno == ECONNREFUSED {
            unlink(path)
        } else if connected || errno == EAGAIN {
            throw StartError(description: "another server listens on \(path); stop it or choose another path")
        } else {
            throw StartError(
                description: "cannot tell whether a server listens on \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func explain(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        let advice =
            error.errnoCode == EADDRINUSE ? " (another program listens there; stop it or choose another address)" : ""
        return String(cString: strerror(error.errnoCode)) + advice
    }
}
