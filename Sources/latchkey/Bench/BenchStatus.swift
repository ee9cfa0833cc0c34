// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Why a call got no verdict. A server at its limits says the same very often: it is read once, and then compared.
struct BenchStatus {
    /// The frame behind the id.
    private let tail: [UInt8]
    let reason: String

    init() {
        tail = []
        reason = ""
    }

    init(_ frame: UnsafeRawBufferPointer) {
        tail = Array(frame.dropFirst(Self.idBytes(frame)))
        reason = BenchReceiver.reason(of: frame)
    }

    /// The server did not take it on, because it has too much to do or because too many tokens were wrong.
    var isRefusal: Bool { reason == Reason.overloaded.rawValue || reason == Reason.tooManyFailures.rawValue }

    func isSame(_ frame: UnsafeRawBufferPointer) -> Bool {
        let skipped = Self.idBytes(frame)
        guard !tail.isEmpty, frame.count - skipped == tail.count else { return false }
        return frame[skipped...].elementsEqual(tail)
    }

    /// How long the id is, if the frame begins with one.
    private static func idBytes(_ frame: UnsafeRawBufferPointer) -> Int {
        guard frame.first == 0x08 else { return 0 }
        return min(frame.count, 2 + frame.dropFirst().prefix { $0 >= 0x80 }.count)
    }
}
