// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a connection's deadlines are reckoned from, in ticks of its event loop: two stores for what is read, no timer.
struct ConnectionActivity {
    /// Deadlines in ticks, each at least one tick longer than said: the first of them has begun already.
    struct Deadlines: Equatable {
        let firstFrame: UInt64
        let frame: UInt64
        /// `.max` = none.
        let idle: UInt64
        let buffers: UInt64
        /// For a peer that does not read, of which more waits than may.
        let slowReader: UInt64

        init(_ limits: ConnectionLimits) {
            func ticks(_ span: TimeSpan) -> UInt64 {
                UInt64(clamping: (span.nanoseconds / 1_000_000).dividedRoundingUp(by: Limits.sweepMilliseconds)) + 1
            }
            firstFrame = ticks(limits.firstFrame)
            frame = ticks(limits.frame)
            idle = limits.idle == .zero ? .max : ticks(limits.idle)
            buffers = ticks(.milliseconds(Limits.bufferIdleMilliseconds))
            slowReader = min(ticks(.milliseconds(Limits.slowReaderMilliseconds)), frame)
        }
    }

    /// When it began.
    private let begin: UInt64
    /// When anything was last read, or a call ended.
    private var last: UInt64
    /// When the frame began of which a part has come; 0 = none.
    private var partial: UInt64 = 0
    private var hasFrame = false

    /// - Parameter tick: The loop's, from 1.
    init(at tick: UInt64) {
        begin = tick
        last = tick
    }

    /// Bytes have come in: whole frames among them or not, and the beginning of one behind them or not.
    mutating func noteRead(at tick: UInt64, tookFrame: Bool, isPartial: Bool) {
        last = tick
        if tookFrame { hasFrame = true }
        if !isPartial { partial = 0 } else if tookFrame || partial == 0 { partial = tick }
    }

    /// A call has ended, or the connection is read from again: what it waits for counts from here.
    mutating func touch(at tick: UInt64) {
        last = tick
        if partial != 0 { partial = tick }
    }

    /// What has not come in time.
    ///
    /// - Parameters:
    ///   - isBusy: Calls are in flight.
    ///   - isHeld: It is not read from, so that no frame can come.
    ///   - isNobodys: It speaks for no caller, and may be idle only for as long as it might have taken to begin.
    func overdue(
        at tick: UInt64, _ deadlines: Deadlines, isBusy: Bool, isHeld: Bool, isNobodys: Bool = false
    ) -> Overdue? {
        if !isHeld {
            if !hasFrame { return tick - begin >= deadlines.firstFrame ? .firstFrame : nil }
            if partial != 0 { return tick - partial >= deadlines.frame ? .frame : nil }
        }
        let idle = isNobodys ? min(deadlines.firstFrame, deadlines.idle) : deadlines.idle
        return !isBusy && tick - last >= idle ? .idle : nil
    }

    /// Whether it has been quiet for so long that its buffers are better used elsewhere.
    func isQuiet(at tick: UInt64, _ deadlines: Deadlines) -> Bool { tick - last >= deadlines.buffers }

    enum Overdue: Equatable {
        case firstFrame, frame, idle

        var refusal: Refusal {
            switch self {
            case .firstFrame: .firstFrameTimeout
            case .frame: .frameTimeout
            case .idle: .idleTimeout
            }
        }

        var kind: RefusalCounts.Kind {
            switch self {
            case .firstFrame: .firstFrame
            case .frame: .frame
            case .idle: .idle
            }
        }
    }
}

extension Int64 {
    fileprivate func dividedRoundingUp(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest > 0 ? quotient + 1 : quotient
    }
}
