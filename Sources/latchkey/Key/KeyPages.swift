// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// An account's keys, page after page, as a cursor leads through them.
///
/// A page may end early, even empty, where the server has looked at as many keys as it may: the cursor alone says
/// whether there is more.
struct KeyPages: AsyncSequence, AsyncIteratorProtocol {
    private var request: ListKeysRequest
    private let followsCursors: Bool
    private let fetch: (ListKeysRequest) async throws -> ListKeysResponse
    private var isAtEnd = false

    /// - Parameter followsCursors: Go on to the oldest key; else there is one page.
    init(
        _ request: ListKeysRequest, followsCursors: Bool,
        fetch: @escaping (ListKeysRequest) async throws -> ListKeysResponse
    ) {
        self.request = request
        self.followsCursors = followsCursors
        self.fetch = fetch
    }

    func makeAsyncIterator() -> Self { self }

    mutating func next() async throws -> ListKeysResponse? {
        if isAtEnd { return nil }
        let page = try await fetch(request)
        isAtEnd = !followsCursors || page.nextCursor.isEmpty
        if !isAtEnd, page.nextCursor == request.startingAfter {
            throw CommandFailure("the server's list does not go on: its cursor stays the same", status: .internal)
        }
        request.startingAfter = page.nextCursor
        request.offset = 0
        return page
    }
}
