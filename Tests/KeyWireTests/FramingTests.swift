// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

@Suite struct FramingTests {
    private static let validate = ClientFrame(
        id: 1, timeoutMilliseconds: 0, content: .call(.validate(ValidateRequest(secret: SampleCalls.token))))
    private static let health = ClientFrame(id: 2, timeoutMilliseconds: 9, content: .call(.health))
    private static let cancel = ClientFrame(id: 3, timeoutMilliseconds: 0, content: .cancel(target: 2))
    private static let stream =
        validate.bytes + health.bytes + Wire.prefixed(Wire.frame(id: 4, 22, [])) + cancel.bytes + validate.bytes

    private func expectClosed(_ events: [ScriptedConnection.Event], _ reason: Reason, id: UInt64 = 0) {
        #expect(events.count == 1)
        #expect(events.last?.refusal?.reason == reason)
        #expect(events.last?.refusal?.closes == true)
        #expect(events.last?.refusal?.id == id)
    }

    @Test("several frames in one buffer are taken one after the other")
    func several() {
        let connection = ScriptedConnection()
        let events = connection.receive(Self.stream)
        #expect(events.count == 5)
        #expect(events[0] == .validate(id: 1, ValidateRequest(secret: SampleCalls.token)))
        #expect(events[1] == .begin(id: 2, timeoutMilliseconds: 9, .health))
        #expect(events[2].refusal?.reason == .callNotImplemented)
        #expect(events[2].refusal?.closes == false)
        #expect(events[3] == .cancel(target: 2))
        #expect(events[4] == events[0])
        #expect(connection.unread.isEmpty)
    }

    @Test("it makes no difference where the stream is cut: at every byte boundary, and one byte at a time")
    func cuts() {
        let whole = ScriptedConnection().receive(Self.stream)
        for cut in 0...Self.stream.count {
            let connection = ScriptedConnection()
            let events = connection.receive(Self.stream[..<cut]) + connection.receive(Self.stream[cut...])
            #expect(events == whole, "cut at \(cut)")
        }
        let connection = ScriptedConnection()
        #expect(Self.stream.flatMap { connection.receive([$0]) } == whole)
    }

    @Test("every call cut anywhere is begun once, and only when it is whole", arguments: SampleCalls.createKey)
    func callCuts(call: Call) {
        let bytes = ClientFrame(id: 5, timeoutMilliseconds: 0, content: .call(call)).bytes
        for cut in 0..<bytes.count {
            let connection = ScriptedConnection()
            #expect(connection.receive(bytes[..<cut]).isEmpty)
            #expect(connection.unread.count == cut)
            #expect(connection.receive(bytes[cut...]) == [.begin(id: 5, timeoutMilliseconds: 0, call)])
        }
    }

    @Test("a frame of 64 KiB is taken, a larger one is refused before it has come, and closes")
    func oversized() {
        let padding = Limits.clientFrameBytes - Wire.frame(CallNumber.validate, []).count - 6
        let message = Wire.frame(CallNumber.validate, Wire.text(1, String(repeating: "x", count: padding)))
        #expect(message.count == Limits.clientFrameBytes)
        #expect(ScriptedConnection().receive(Wire.prefixed(message)).first?.refusal == nil)
        for length in [UInt32(Limits.clientFrameBytes) + 1, 1 << 24, 1 << 31, .max] {
            let connection = ScriptedConnection()
            let prefix = withUnsafeBytes(of: length.bigEndian) { Array($0) }
            #expect(connection.receive(prefix.prefix(3)).isEmpty)
            expectClosed(connection.receive(prefix.suffix(1)), .frameTooLarge)
        }
    }

    @Test("an empty frame closes the connection: nobody can tell what it was")
    func empty() {
        expectClosed(ScriptedConnection().receive([0, 0, 0, 0] + Self.health.bytes), .idInvalid)
    }

    @Test("a garbage HTTP request, and TLS, get a Status and a closed connection")
    func garbage() {
        let http = "GET / HTTP/1.1\r\nHost: 127.0.0.1:7411\r\nUser-Agent: curl/8\r\n\r\n"
        expectClosed(ScriptedConnection().receive(http.utf8), .frameTooLarge)
        let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
        expectClosed(ScriptedConnection().receive(hello), .frameTooLarge)
    }

    @Test("an undecodable frame gets a Status with its id where that can be read, and the connection goes on")
    func undecodable() {
        let connection = ScriptedConnection()
        let events = connection.receive(Wire.prefixed(Wire.number(1, 7) + [0xFF]) + Self.health.bytes)
        #expect(events.count == 2)
        #expect(events[0].refusal?.id == 7)
        #expect(events[0].refusal?.reason == .frameUndecodable)
        #expect(events[0].refusal?.closes == false)
        #expect(events[1] == .begin(id: 2, timeoutMilliseconds: 9, .health))
        expectClosed(ScriptedConnection().receive(Wire.prefixed([0xFF]) + Self.health.bytes), .frameUndecodable)
    }

    @Test("after the connection closes nothing more is decoded, and nothing is kept")
    func afterClose() {
        let connection = ScriptedConnection()
        expectClosed(connection.receive([0, 0, 0, 0] + Self.stream), .idInvalid)
        #expect(connection.unread.isEmpty)
        for _ in 0..<3 {
            #expect(connection.receive(Self.stream).isEmpty)
            #expect(connection.unread.isEmpty)
        }
        #expect(connection.callsInFlight == 0)
    }
}
