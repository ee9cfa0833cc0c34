// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

// Whoever uses the client uses the model's requests and responses.
@_exported public import KeyModel
public import NIOCore
internal import NIOPosix

/// A client of a Latchkey server: one connection, made with the first call and made again when it is lost, that any
/// number of tasks may call through at the same time.
///
///     let client = KeyClient(.tcp(host: "127.0.0.1", port: 7411))
///     let answer = try await client.validate(ValidateRequest(secret: token, clientIP: "203.0.113.77"))
///     guard answer.isValid else { return unauthorized(answer.publicMessage) }
///     …
///     await client.close()
///
/// Calls are pipelined: each is sent at once, whether or not earlier ones have been answered, and those of one turn of
/// the event loop travel together. Answers come in any order.
///
/// Every call has a deadline, and every error is a `Refusal`: the server's, or the client's own, with UNAVAILABLE and
/// CONNECTION_REFUSED (nothing was done), UNAVAILABLE and CONNECTION_LOST, DEADLINE_EXCEEDED or CANCELLED. When a
/// connection is lost, calls that change nothing, Validate among them, are made once more on the next one. A call that
/// changes something is never made twice; its error says that whether it was carried out is not known.
///
/// Ending the task that waits for a call cancels the call.
public final actor KeyClient {
    /// Where the server is.
    public nonisolated let address: ServerAddress
    /// How the client behaves.
    public nonisolated let configuration: ClientConfiguration
    /// The client runs on its event loop, so that a call takes no further hop.
    public nonisolated let unownedExecutor: UnownedSerialExecutor

    let eventLoop: any EventLoop
    /// In a box, so that `deinit`, on whatever thread, can hand it to the event loop.
    private let box: NIOLoopBoundBox<ClientCore>
    private var core: ClientCore { box.value }

    /// Makes a client; it connects with the first call.
    ///
    /// - Parameters:
    ///   - address: where the server is.
    ///   - configuration: how the client behaves.
    ///   - eventLoop: where it runs, which must outlive it; by default one of the process's shared loops.
    public init(
        _ address: ServerAddress, configuration: ClientConfiguration = ClientConfiguration(),
        eventLoop: (any EventLoop)? = nil
    ) {
        let eventLoop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.any()
        self.address = address
        self.configuration = configuration
        self.eventLoop = eventLoop
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        box = .makeBoxSendingValue(
            ClientCore(address: address, configuration: configuration, eventLoop: eventLoop), eventLoop: eventLoop)
    }

    deinit {
        eventLoop.execute { [box] in _ = box.value.close() }
    }

    /// Makes any call that has one answer. The methods named for the calls are easier to use.
    ///
    /// - Parameters:
    ///   - call: the call; StreamUsage is refused, see `streamUsage(_:)`.
    ///   - timeout: how long it may take, up to 49 days; by default what the configuration says.
    public func call(_ call: Call, timeout: Duration? = nil) async throws(Refusal) -> Reply {
        if case .streamUsage = call {
            throw Refusal(.invalidArgument, .invalidField, "StreamUsage has many answers: use streamUsage")
        }
        try call.checkTexts()
        let timeout = timeout ?? configuration.timeout
        guard timeout > .zero else { throw .deadlineExceeded }
        let id = core.nextID()
        let result = await withTaskCancellationHandler {
            // From here to `submit` nothing is awaited: a cancellation comes either before or after both.
            if Task.isCancelled { return Result<Reply, Refusal>.failure(.cancelledBefore(call)) }
            return await withCheckedContinuation { core.submit(id, call, timeout: timeout, answer: $0) }
        } onCancel: {
            Task { await self.cancel(id) }
        }
        return try result.get()
    }

    /// Ends every call that is in flight (CANCELLED, CLIENT_CLOSED) and the connection. Later calls fail likewise.
    /// Usage streams have connections of their own and are not touched.
    public func close() async {
        guard let closed = core.close() else { return }
        // The channel closes whatever happens; how is of no interest.
        try? await closed.get()
    }

    private func cancel(_ id: UInt64) {
        core.cancel(id)
    }
}
