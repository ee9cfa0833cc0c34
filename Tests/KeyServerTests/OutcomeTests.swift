// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyClient
import KeyModel
import KeyTesting
import KeyWire
import Testing

/// ReportOutcome over a socket.
@Suite struct OutcomeTests {
    private func outcomes(_ client: KeyClient, _ request: StreamUsageRequest) async throws -> [UsageOutcome] {
        var request = request
        request.history = true
        request.noFollow = true
        var found: [UsageOutcome] = []
        for try await record in try await client.streamUsage(request) {
            if case .outcome(let outcome) = record.kind { found.append(outcome) }
        }
        return found
    }

    @Test(
        "R17: an outcome that is reported is in the log with its event's key, account and user, and the last one counts"
    )
    func joined() async throws {
        try await withServer { server in
            let client = server.client()
            let key = try await client.makeKey()
            let answer = try await client.validate(ValidateRequest(secret: key.secret))
            for status in [200, 503] as [UInt32] {
                let reply = try await client.reportOutcomes([
                    ReportedOutcome(usageID: answer.usageID, httpStatus: status)
                ])
                #expect(reply.accepted == 1)
            }
            let found = try await outcomes(client, StreamUsageRequest(keyID: answer.keyID))
            #expect(found.map(\.httpStatus) == [200, 503])
            #expect(found.last?.usageID == answer.usageID)
            #expect(found.last?.accountID == key.key.accountID)
            #expect(found.last?.userID == key.key.userID)
            #expect(found.last?.verdict == .valid)
            await client.close()
        }
    }

    @Test("R13, R17: who may report for an account only reports of his own questions, and of nobody else's")
    func narrowed() async throws {
        try await withServer { server in
            let client = server.client()
            let key = try await client.makeKey()
            let rights = ["validation:read", "usage:create"].map { "\(key.key.accountID)/\($0)" }
            let own = server.client(try await client.createKey(.caller(rights)).secret)
            let other = server.client(try await client.createKey(.caller(rights)).secret)
            let asked = try await own.validate(ValidateRequest(secret: key.secret)).usageID
            let foreign = try await client.validate(ValidateRequest(secret: key.secret)).usageID
            var unknown = asked
            unknown[15] &+= 100
            for (reporter, id, status) in [
                (other, asked, 401), (own, foreign, 402), (own, unknown, 403), (own, asked, 204), (client, asked, 205),
            ] as [(KeyClient, [UInt8], UInt32)] {
                let reply = try await reporter.reportOutcomes([ReportedOutcome(usageID: id, httpStatus: status)])
                // Whether there is such a question is not told.
                #expect(reply.accepted == 1)
            }
            #expect(try await outcomes(client, StreamUsageRequest()).map(\.httpStatus) == [204, 205])
            for client in [own, other, client] { await client.close() }
        }
    }

    @Test("R17: 1,000 outcomes in one call, of all loops, are all taken and joined")
    func thousand() async throws {
        try await withServer { server in
            let clients = [server.client(), server.client(), server.client()]
            let key = try await clients[0].makeKey()
            var ids: [[UInt8]] = []
            for round in 0..<10 {
                let batch = ValidateBatchRequest(
                    requests: Array(repeating: ValidateRequest(secret: key.secret), count: 100))
                ids += try await clients[round % 3].validateBatch(batch).responses.map(\.usageID)
            }
            let reply = try await clients[2].reportOutcomes(
                ids.map { ReportedOutcome(usageID: $0, httpStatus: 299) })
            #expect(reply.accepted == 1_000)
            let found = try await outcomes(clients[1], StreamUsageRequest(keyID: key.key.id.description))
            #expect(found.map(\.usageID) == ids)
            for client in clients { await client.close() }
        }
    }

    @Test("R17: an outcome that is wrong refuses the whole report by its place, and nothing is taken")
    func refused() async throws {
        try await withServer { server in
            let client = server.client()
            let good = ReportedOutcome(usageID: Array(1...16), httpStatus: 200)
            var report = Array(repeating: good, count: 9)
            report[7].usageID = []
            report[8].httpStatus = 600
            await #expect {
                try await client.reportOutcomes(report)
            } throws: { error in
                (error as? Refusal)?.violations.map(\.field) == ["outcomes[7].usage_id", "outcomes[8].http_status"]
            }
            await #expect(throws: (any Error).self) { try await client.reportOutcomes([]) }
            let found = try await outcomes(client, StreamUsageRequest())
            #expect(found.isEmpty)
            await client.close()
        }
    }

    @Test("R17: a report is answered with other calls in flight, in its turn, and is none of those that are in flight")
    func inTurn() async throws {
        try await withServer { server in
            let raw = try await RawConnection(port: server.port, token: server.token)
            let report = Call.reportOutcome(
                ReportOutcomeRequest(outcomes: [ReportedOutcome(usageID: Array(1...16), httpStatus: 200)]))
            let frames = (1...1_000).map {
                ClientFrame(id: UInt64($0), timeoutMilliseconds: 1, content: .call(report))
            }
            try await raw.send(frames)
            for id in 1...1_000 as ClosedRange<UInt64> {
                let frame = await raw.next()
                guard frame?.id == id, frame?.end == true, case .success(.reportOutcome(let reply)) = frame?.result
                else {
                    Issue.record("\(String(describing: frame))")
                    break
                }
                #expect(reply.accepted == 1)
            }
            await raw.close()
        }
    }
}
