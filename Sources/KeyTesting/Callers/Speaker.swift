// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
internal import KeyWire

/// A connection that asks one call after the other.
package final class Speaker: Sendable {
    package let raw: RawConnection

    package init(_ raw: RawConnection) {
        self.raw = raw
    }

    /// Asks, and speaks for whoever has the token from then on; empty = as before. A stream is read to its end, which
    /// `noFollow` gives it.
    package func ask(_ call: Call, as token: String = "") async throws -> Result<Reply, Refusal> {
        try await raw.send(ClientFrame(id: 1, timeoutMilliseconds: 0, content: .call(call), authorization: token))
        return await answer()
    }

    /// The answer to what was asked: that of a stream is all its records.
    package func answer() async -> Result<Reply, Refusal> {
        var records: [UsageRecord] = []
        while let frame = await raw.next() {
            switch frame.result {
            case .success(.streamUsage(let more)): records += more
            case .success(let reply): return .success(reply)
            case .failure(let refusal): return .failure(refusal)
            case nil: break
            }
            if frame.end { return .success(.streamUsage(records)) }
        }
        return .failure(.shuttingDown)
    }

    /// The refusal of a call; `nil` when it was answered.
    package func refusal(_ call: Call, as token: String = "") async throws -> Refusal? {
        guard case .failure(let refusal) = try await ask(call, as: token) else { return nil }
        return refusal
    }
}
