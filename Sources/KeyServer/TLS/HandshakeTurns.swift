// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
internal import NIOCore

/// How much of one event loop handshakes may take. A handshake is the dearest thing that somebody can ask for who has no
/// token: a crowd of them would keep the loop from everybody else for as long as all of them take. So when they have taken
/// their time, those that come then wait, in the order in which they came, and the loop has as long for others. Used on
/// that loop only.
///
/// What counts is the time, and not how many have begun: who only opens connections, and says nothing on them, takes
/// nothing from those who come with a handshake.
final class HandshakeTurns {
    private let now: () -> NIODeadline
    /// Since the others last had their time.
    private var spent = TimeAmount.zero
    /// Since somebody asked last.
    private var spentInAll = TimeAmount.zero
    private var isOver = false
    private var waiting = CircularBuffer<HandshakeTurn>()

    private static let length = TimeAmount.microseconds(Limits.handshakeTurnMicroseconds)

    init(now: @escaping () -> NIODeadline = { .now() }) {
        self.now = now
    }

    /// Does a part of a handshake, and counts what it takes; `false` = not yet, it will be told when.
    func take(_ turn: HandshakeTurn, on eventLoop: any EventLoop, _ body: () -> Void) -> Bool {
        if isOver || !waiting.isEmpty {
            waiting.append(turn)
            return false
        }
        spend(on: eventLoop, body)
        return true
    }

    /// What they have taken since this was asked last.
    func takeNanoseconds() -> Int64 {
        defer { spentInAll = .zero }
        return spentInAll.nanoseconds
    }

    private func spend(on eventLoop: any EventLoop, _ body: () -> Void) {
        let start = now()
        body()
        let time = now() - start
        spent = spent + time
        spentInAll = spentInAll + time
        if isOver || spent < Self.length { return }
        isOver = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.length) { self.goOn(on: eventLoop) }
    }

    private func goOn(on eventLoop: any EventLoop) {
        isOver = false
        spent = .zero
        while !isOver, let turn = waiting.popFirst() { spend(on: eventLoop) { turn.goOn() } }
    }
}
