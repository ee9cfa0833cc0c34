// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import Synchronization

/// The usage log as it comes: an asynchronous sequence of records, for one reader.
///
///     for try await record in try await client.streamUsage(StreamUsageRequest(history: true)) {
///         …
///     }
///
/// It ends when the server ends it (`noFollow`, `limit`), when the task is cancelled, or with a `Refusal`. Letting go
/// of it ends it at the server too. To go on elsewhere, give the last record's sequence as `afterSequence`.
public struct UsageStream: AsyncSequence, Sendable {
    public typealias Element = UsageRecord
    public typealias Failure = Refusal

    let feed: UsageFeed

    /// Whether a stream that resumes has lost its connection and has no other yet.
    public var isInterrupted: Bool { feed.isInterrupted.load(ordering: .relaxed) }

    /// Takes the records out one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let feed: UsageFeed
        /// What was taken from the feed at once, and how far it is used up.
        private var batch: ArraySlice<UsageRecord> = []

        init(feed: UsageFeed) {
            self.feed = feed
        }

        public mutating func next() async throws(Refusal) -> UsageRecord? {
            try await next(isolation: nil)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(Refusal) -> UsageRecord? {
            if batch.isEmpty { batch = try await feed.take()[...] }
            return batch.popFirst()
        }
    }

    /// Two iterators of one stream share its records between them.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(feed: feed)
    }
}

extension KeyClient {
    /// Opens the usage log, on a connection of its own so that a slow reader holds up nothing else. Returns when the
    /// request is on its way.
    ///
    /// At most `Limits.clientStreamRecords`, and what one more read of the socket brings, wait for the reader; then the
    /// socket is not read until it has caught up; the server keeps the rest, or tells of a gap.
    ///
    /// - Parameter resuming: When the connection is lost, or the server stops, connect again, for as long as it takes,
    ///   and go on behind the last record: none is missed or comes twice. Only a stream that does not look back may miss
    ///   what happened before its first record, which comes within about a second.
    public func streamUsage(
        _ request: StreamUsageRequest, resuming: Bool = false
    ) async throws(Refusal) -> UsageStream {
        try Call.streamUsage(request).checkTexts()
        let feed = UsageFeed(
            Connector(address, configuration, on: eventLoop), request, resuming: resuming)
        try await feed.open()
        return UsageStream(feed: feed)
    }
}
