// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

/// The frames by which the authors of other clients test their own.
@Suite("The protocol's vectors") struct ProtocolVectorTests {
    private let document: ProtocolDocument

    init() throws {
        document = try ProtocolDocument.read.get()
    }

    @Test("every kind of frame that a client needs is among the vectors, and each stands in the document as it is")
    func quoted() {
        let names = document.vectors.map(\.name)
        #expect(names.count == Set(names).count)
        let needed = [
            "health_request", "health_reply", "create_key_request", "create_key_reply", "validate_request",
            "validate_reply_valid", "validate_reply_denied", "update_key_request", "error_reply", "stream_end",
            "cancel",
            "cancelled_reply", "frame_too_large", "shutting_down",
        ]
        #expect(Set(needed).isSubset(of: names))
        for vector in document.vectors {
            let isQuoted = document.text.contains("\n" + vector.quotation + "\n")
            #expect(isQuoted, "\(vector.name)")
            #expect(vector.lines.map { $0[0] }.joined() == vector.hex, "\(vector.name)")
            #expect(vector.hex == Hex.text(vector.bytes), "\(vector.name)")
        }
    }

    @Test("a vector's length is that of its message")
    func lengths() {
        for vector in document.vectors {
            let length = vector.bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            #expect(length == vector.bytes.count - 4, "\(vector.name)")
            #expect(vector.lines.first?.last == "length \(length)", "\(vector.name)")
        }
    }

    @Test("a client's vector is what the server reads, and what this client writes, byte for byte")
    func fromClient() {
        let vectors = document.vectors.filter { $0.from == "client" }
        #expect(vectors.count >= 8)
        for vector in vectors {
            let frame: ClientFrame
            switch DecodedFrame(Array(vector.bytes.dropFirst(4))) {
            case .validate(let id, let request):
                frame = ClientFrame(
                    id: id, timeoutMilliseconds: timeout(of: vector), content: .call(.validate(request)))
            case .validateBatch(let id, let batch):
                frame = ClientFrame(
                    id: id, timeoutMilliseconds: timeout(of: vector), content: .call(.validateBatch(batch)))
            case .reportOutcome(let id, let report):
                frame = ClientFrame(
                    id: id, timeoutMilliseconds: timeout(of: vector), content: .call(.reportOutcome(report)))
            case .call(let id, let timeout, let call):
                #expect(timeout == self.timeout(of: vector), "\(vector.name)")
                frame = ClientFrame(id: id, timeoutMilliseconds: timeout, content: .call(call))
            case .cancel(let id, let target):
                frame = ClientFrame(id: id, timeoutMilliseconds: 0, content: .cancel(target: target))
            case .authorization(let id, let token):
                frame = ClientFrame(id: id, timeoutMilliseconds: 0, content: .nothing, authorization: token)
            case .refused(_, let refusal):
                Issue.record("\(vector.name): \(refusal.message)")
                continue
            }
            #expect(Hex.text(frame.bytes) == vector.hex, "\(vector.name)")
        }
    }

    /// What the vector itself says.
    private func timeout(of vector: ProtocolDocument.Vector) -> UInt32 {
        let line = vector.lines.first { $0[1].hasPrefix("timeout_ms: ") }
        return line.flatMap { UInt32($0[1].dropFirst("timeout_ms: ".count)) } ?? 0
    }

    @Test("a server's vector is what this client reads, and what the server writes, byte for byte")
    func fromServer() throws {
        let vectors = document.vectors.filter { $0.from == "server" }
        #expect(vectors.count >= 8)
        for vector in vectors {
            #expect(Hex.text(try ServerFrame(vector.bytes).bytes) == vector.hex, "\(vector.name)")
        }
    }

    private func result(_ name: String) throws -> Result<Reply, Refusal>? {
        try ServerFrame(try #require(document.vectors.first { $0.name == name }).bytes).result
    }

    @Test("the vectors say what their names say")
    func meanings() throws {
        guard case .success(.validate(let valid)) = try result("validate_reply_valid") else {
            Issue.record("no answer to Validate")
            return
        }
        #expect(valid.verdict == .valid)
        guard case .success(.validate(let denied)) = try result("validate_reply_denied") else {
            Issue.record("no answer to Validate")
            return
        }
        #expect(denied.verdict == .malformed)
        guard case .failure(let refusal) = try result("error_reply") else {
            Issue.record("no error")
            return
        }
        #expect(refusal.reason == .invalidField)
        #expect(refusal.violations.map(\.field) == ["name"])
        guard case .success(.createKey(let created)) = try result("create_key_reply") else {
            Issue.record("no key")
            return
        }
        #expect(created.secret == document.tokens.first?.token)
        #expect(created.key.hint == Token.hint(of: created.secret))
        #expect(try result("stream_end") == nil)
        #expect(try result("cancelled_reply") == .failure(.streamCancelled))
        #expect(try result("shutting_down") == .failure(.shuttingDown))
    }
}
