// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyWire
internal import NIOCore

/// What a usage stream has received and its reader has not taken.
final class UsageFeedCore {
    typealias Taker = CheckedContinuation<Result<[UsageRecord], Refusal>, Never>

    private static let callID: UInt64 = 1

    private let connector: Connector
    private var handler: FrameHandler<UsageFeedCore>?
    private var channel: (any Channel)?
    private var records: [UsageRecord] = []
    private var taker: Taker?
    /// How it ended; `nil` = it goes on.
    private var end: Result<Void, Refusal>?

    init(_ connector: Connector) {
        self.connector = connector
    }

    func open(_ request: StreamUsageRequest, opened: CheckedContinuation<Result<Void, Refusal>, Never>) {
        let handler = FrameHandler(self)
        self.handler = handler
        connector.connect(handler).assumeIsolated().whenComplete { result in
            switch result {
            case .failure(let error):
                self.finish(.failure(Refusal(connecting: error)))
                opened.resume(returning: .failure(Refusal(connecting: error)))
            case .success(let channel):
                self.channel = channel
                if self.end != nil { channel.close(promise: nil) }
                self.send(.call(.streamUsage(request)), id: Self.callID, self.connector.token)
                opened.resume(returning: .success(()))
            }
        }
    }

    /// Answers `taker` with what there is, as soon as there is something.
    func take(_ taker: Taker) {
        // A second reader of the same stream at the same moment: the first has nothing more to come.
        self.taker?.resume(returning: .success([]))
        self.taker = taker
        hand()
    }

    /// The reader wants no more.
    func stop() {
        guard end == nil else { return }
        records = []
        send(.cancel(target: Self.callID), id: Self.callID + 1)
        finish(.success(()))
    }

    private func send(_ content: ClientFrame.Content, id: UInt64, _ authorization: String = "") {
        guard let channel else { return }
        var out = channel.allocator.buffer(capacity: 256)
        ClientFrame(id: id, timeoutMilliseconds: 0, content: content, authorization: authorization)
            .encode(into: &out)
        channel.writeAndFlush(out, promise: nil)
    }

    private func finish(_ result: Result<Void, Refusal>) {
        guard end == nil else { return }
        end = result
        handler?.detach()
        handler = nil
        channel?.close(promise: nil)
        channel = nil
        hand()
    }

    private func hand() {
        guard let taker else { return }
        if !records.isEmpty {
            self.taker = nil
            taker.resume(returning: .success(records))
            records = []
            handler?.resume()
        } else if let end {
            self.taker = nil
            taker.resume(returning: end.map { [] })
        }
    }
}

extension UsageFeedCore: FrameReceiver {
    func received(_ frame: ServerFrame) {
        switch frame.result {
        case .failure(let refusal): return finish(.failure(refusal))
        case .success(.streamUsage(let more)) where frame.id == Self.callID: records += more
        case .success: return finish(.failure(.otherAnswer))
        case nil: break
        }
        if frame.end { return finish(.success(())) }
        if records.count >= Limits.clientStreamRecords { handler?.pause() }
    }

    func readEnded() {
        hand()
    }

    func connectionEnded(_ cause: Refusal?) {
        finish(.failure(.connectionLost(connector.address, cause)))
    }
}
