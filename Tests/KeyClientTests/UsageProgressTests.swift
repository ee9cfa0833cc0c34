// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@testable import KeyClient

@Suite struct UsageProgressTests {
    @Test(
        "R14 a stream is opened again after what passes: a lost connection, a full server, a busy one",
        arguments: [
            Reason.connectionLost, .connectionRefused, .shuttingDown, .tooManyConnections, .tooManyPeerConnections,
            .overloaded, .tooManyFailures,
        ])
    func passing(reason: Reason) {
        let refusal = Refusal(.unavailable, reason, "not now")
        #expect(UsageProgress(StreamUsageRequest()).canResume(after: refusal))
        // Newest first, the last record does not say where to go on.
        var backwards = UsageProgress(StreamUsageRequest(newestFirst: true))
        #expect(backwards.canResume(after: refusal))
        _ = backwards.pass([UsageRecord(sequence: 7, kind: .live)])
        #expect(!backwards.canResume(after: refusal))
    }

    @Test("a stream is not opened again after what stays as it is", arguments: [Reason.rightMissing, .callerRequired])
    func staying(reason: Reason) {
        #expect(!UsageProgress(StreamUsageRequest()).canResume(after: Refusal(.permissionDenied, reason, "no")))
    }
}
