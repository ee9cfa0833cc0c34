// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// The usage log as it comes: an asynchronous sequence of records, for one reader.
///
///     for try await record in try await client.streamUsage(StreamUsageRequest(history: true)) {
///         …
///     }
///
/// It ends when the server ends it (`noFollow`, `limit`), when the task is cancelled, or with a `Refusal`. Letting go
/// of it ends it at the server too.
public struct UsageStream: AsyncSequence, Sendable {
    public typealias Element = UsageRecord
    public typealias Failure = Refusal

    let feed: UsageFeed

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
    /// socket is not read until it has caught up, and the server tells it of what it missed by a gap.
    public func streamUsage(_ request: StreamUsageRequest) async throws(Refusal) -> UsageStream {
        try Call.streamUsage(request).checkTexts()
        let feed = UsageFeed(
            Connector(address: address, eventLoop: eventLoop, timeout: configuration.connectTimeout))
        try await feed.open(request)
        return UsageStream(feed: feed)
    }
}
