// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import KeyService
internal import KeyWire

/// Reported outcomes, noted where they are read.
extension FrameHandler {
    /// Answers with how many were taken: as many as the loop's ring had room for.
    func note(_ id: UInt64, _ batch: OutcomeBatch, by caller: CallerStanding, at now: Timestamp) {
        var accepted = 0
        while accepted < batch.count {
            let (usageID, httpStatus) = batch[accepted]
            let isNoted = caller.reporterBytes.withUnsafeBytes {
                service.note(outcome: httpStatus, of: usageID, by: $0, at: now, on: loop.lane)
            }
            if !isNoted { break }
            accepted += 1
        }
        reply(id, .success(.reportOutcome(ReportOutcomeResponse(accepted: UInt32(clamping: accepted)))))
    }
}
