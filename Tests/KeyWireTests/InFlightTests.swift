// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct InFlightTests {
    private static let cap = Limits.callsInFlightPerConnection

    private func call(_ id: UInt64) -> [UInt8] {
        ClientFrame(id: id, timeoutMilliseconds: 0, content: .call(.health)).bytes
    }

    private func validate(_ id: UInt64) -> [UInt8] {
        let request = ValidateRequest(secret: SampleCalls.token)
        return ClientFrame(id: id, timeoutMilliseconds: 0, content: .call(.validate(request))).bytes
    }

    private func begun(_ id: UInt64) -> ScriptedConnection.Event {
        .begin(id: id, timeoutMilliseconds: 0, .health)
    }

    @Test("a named cap on calls in flight pauses reading, and each call that ends lets one more in")
    func cap() {
        let connection = ScriptedConnection()
        let stream = (1...UInt64(Self.cap + 10)).flatMap(call)
        let events = connection.receive(stream)
        #expect(events == (1...UInt64(Self.cap)).map(begun) + [.pause])
        #expect(connection.callsInFlight == Self.cap)
        #expect(connection.unread.count == stream.count - (1...UInt64(Self.cap)).flatMap(call).count)
        #expect(connection.advance() == [.pause])
        for index in UInt64(1)...9 {
            connection.end(index * 7)
            #expect(connection.advance() == [begun(UInt64(Self.cap) + index), .pause])
        }
        for id in UInt64(1)...5 { connection.end(id) }
        #expect(connection.advance() == [begun(UInt64(Self.cap) + 10)])
        #expect(connection.unread.isEmpty)
        #expect(connection.callsInFlight == Self.cap - 4)
    }

    @Test("at the cap even a Validate waits, and is answered in its turn")
    func validateWaits() {
        let connection = ScriptedConnection()
        let events = connection.receive((1...UInt64(Self.cap)).flatMap(call) + validate(1_000) + call(1_001))
        #expect(events.count == Self.cap + 1)
        #expect(events.last == .pause)
        connection.end(17)
        #expect(
            connection.advance() == [
                .validate(id: 1_000, ValidateRequest(secret: SampleCalls.token)), begun(1_001), .pause,
            ])
    }

    @Test("a Validate is answered at once and is never in flight: any number may follow each other")
    func validations() {
        let connection = ScriptedConnection()
        let events = connection.receive((0..<1_000).flatMap { _ in validate(5) })
        #expect(events.count == 1_000)
        #expect(!events.contains(.pause))
        #expect(connection.callsInFlight == 0)
    }

    @Test("an id that is in flight may not be used again: a duplicate closes the connection")
    func duplicates() {
        let cancel = ClientFrame(id: 5, timeoutMilliseconds: 0, content: .cancel(target: 9)).bytes
        let refused = Wire.prefixed(Wire.frame(id: 5, 22, []))
        let undecodable = Wire.prefixed(Wire.number(1, 5) + [0xFF])
        for second in [call(5), validate(5), cancel, refused, undecodable] {
            let connection = ScriptedConnection()
            #expect(connection.receive(call(5) + call(6)) == [begun(5), begun(6)])
            let events = connection.receive(second + call(7))
            #expect(events.count == 1)
            #expect(events.first?.refusal?.id == 5)
            #expect(events.first?.refusal?.reason == .idInvalid)
            #expect(events.first?.refusal?.closes == true)
            #expect(connection.receive(call(8)).isEmpty)
        }
    }

    @Test("an id may be used again when its call has ended, and a call that was refused never began")
    func reuse() {
        let connection = ScriptedConnection()
        for _ in 0..<3 {
            #expect(connection.receive(call(5)) == [begun(5)])
            connection.end(5)
        }
        #expect(connection.receive(Wire.prefixed(Wire.frame(id: 5, 22, []))).first?.refusal?.closes == false)
        #expect(connection.receive(call(5)) == [begun(5)])
        #expect(connection.callsInFlight == 1)
    }

    @Test("the end of a call that is not in flight changes nothing")
    func strayEnd() {
        let connection = ScriptedConnection()
        connection.end(1)
        #expect(connection.receive(call(1)) == [begun(1)])
        connection.end(2)
        #expect(connection.callsInFlight == 1)
        connection.end(1)
        connection.end(1)
        #expect(connection.callsInFlight == 0)
    }
}
