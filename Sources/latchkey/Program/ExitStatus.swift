// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What the program's exit status says; the numbers are those of sysexits.h.
enum ExitStatus: Int32 {
    case done = 0
    /// The key was denied, or the server refused to do it.
    case refused = 1
    /// The command line, or what it led to, is wrong.
    case usage = 64
    /// The server cannot be reached or does not serve.
    case unavailable = 69
    /// Something is broken.
    case `internal` = 70
    /// It may go well another time.
    case tryAgain = 75

    /// The one table from a refusal to a status.
    init(_ refusal: Refusal) {
        if refusal.retryAfter != nil {
            self = .tryAgain
            return
        }
        self =
            switch refusal.code {
            case .invalidArgument, .outOfRange: .usage
            case .notFound, .alreadyExists, .permissionDenied, .unauthenticated, .failedPrecondition,
                .resourceExhausted, .unimplemented:
                .refused
            case .aborted, .deadlineExceeded, .cancelled: .tryAgain
            case .unavailable: .unavailable
            case .unknown, .internal, .dataLoss: .internal
            }
    }
}
