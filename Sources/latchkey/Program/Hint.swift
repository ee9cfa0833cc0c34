// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a person can do about a refusal at the command line.
enum Hint {
    static func text(for refusal: Refusal) -> String? {
        switch refusal.reason {
        case .connectionRefused:
            "is the server running? start it with `latchkey serve --data ./latchkey-data`, or say where it is: --address"
        case .connectionLost: "the server may have stopped; `latchkey health --wait 10` waits until it is back"
        case .deadlineExceeded: "allow more time with --timeout, or see how the server does: `latchkey health`"
        case .protocolViolation: "is it Latchkey's frame port? see --address"
        case .activeKeyLimit:
            "revoke or disable a key, or raise the cap: `latchkey account set ACCOUNT --max-active-keys N` (0 = none)"
        case .keyExpired: "extend it first: `latchkey key update ID --expires 30d`"
        case .tooManySecrets:
            "end the old ones with `latchkey key retire-secrets ID`, or cut them now: `latchkey key rekey ID --overlap 0`"
        case .fieldNotImplemented, .callNotImplemented: "the server is older than this program, or does not have it yet"
        case .tooManyConnections: "close some connections, or start the server with a higher limit"
        default: nil
        }
    }
}
