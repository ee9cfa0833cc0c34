// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

/// The answers for keys with rules, and those of a batch.
@Suite struct RestrictedReplyTests {
    private static let read = ActionSet([Action.read])

    private func key(_ grants: [Grant], version: String? = nil) -> PublishedKey {
        let pin = version.flatMap { CalendarDate($0) }.map {
            VersionPin(version: $0, changeTime: SampleReplies.time, downgradeDeadline: nil)
        }
        return PublishedKey(
            key: StoredKey(
                id: SampleReplies.id(), accountID: "a", userID: "u", name: "n", description: "", hint: "",
                unrestricted: grants.isEmpty,
                rules: KeyRules(
                    allowedIPs: [], grants: grants, rateLimit: RateLimit(requests: 1, perSeconds: 1), versionPin: pin),
                standing: KeyStanding(), createTime: SampleReplies.time, updateTime: SampleReplies.time,
                current: StoredSecret(
                    generation: 1, digest: Digest(), storeKeyVersion: 1, createTime: SampleReplies.time),
                old: [], createSequence: 1, revision: 9))
    }

    /// Reads requests as the server does.
    private func ask(_ requests: [ValidateRequest], _ body: (ValidateBatch) -> Void) {
        let decoder = FrameDecoder()
        let frame = ClientFrame(
            id: 1, timeoutMilliseconds: 0,
            content: .call(.validateBatch(ValidateBatchRequest(requests: requests))))
        Array(frame.bytes.dropFirst(4)).withUnsafeBytes { bytes in
            guard case .validateBatch(let batch)? = try? decoder.decode(bytes).content else {
                Issue.record("not decoded")
                return
            }
            body(batch)
        }
    }

    private func answer(_ question: ValidateQuestion, _ key: PublishedKey, used: Bool) -> ValidateAnswer {
        let now = SampleReplies.time
        let found = evaluate(
            .secret(key.key.standing, deadline: nil), key.key.rules, isUnrestricted: key.key.unrestricted, question,
            rateTime: used ? now.nanoseconds + 1_000_000_000 : .min, at: now)
        return ValidateAnswer(
            verdict: found.verdict, generation: 1, supersededDeadline: nil,
            usageID: question.explain ? nil : SampleReplies.usageID, coverage: found.coverage,
            retryAfter: found.retryAfter, denials: question.explain ? found.denials : [])
    }

    /// What the message should be, made from the request and the grants alone.
    private func expected(_ request: ValidateRequest, _ answer: ValidateAnswer, _ key: PublishedKey, _ grants: [Grant])
        -> ValidateResponse
    {
        let covering = grants.filter { $0.resource == request.resource || $0.resource == "*" }
        let isAll = covering.contains { $0.fields.isEmpty }
        var allowed: [String] = []
        for field in grants.flatMap(\.fields) where !isAll && !allowed.contains(field) {
            if covering.contains(where: { $0.fields.contains(field) }) { allowed.append(field) }
        }
        let deniesFields = answer.verdict == .fieldNotAllowed || answer.denials.contains(.fieldNotAllowed)
        return ValidateResponse(
            verdict: answer.verdict, message: "\(answer.verdict.message)",
            publicMessage: "\(answer.verdict.publicMessage)", keyID: key.key.id.description, name: "n",
            accountID: "a", userID: "u", generation: 1, revision: 9, usageID: answer.usageID?.bytes ?? [],
            httpStatus: answer.verdict.httpStatus, allowedFields: allowed,
            deniedFields: deniesFields ? request.fields.filter { !allowed.contains($0) } : [],
            apiVersion: key.key.rules?.versionPin?.version, retryAfter: answer.retryAfter,
            denials: answer.denials.verdicts)
    }

    private static let grants: [[Grant]] = [
        [],
        [Grant(resource: "r", actions: read)],
        [Grant(resource: "r", actions: read, fields: ["x", "y", "é"])],
        [
            Grant(resource: "r", actions: read, fields: ["x", "y"]),
            Grant(resource: "*", actions: read, fields: ["y", "z"]),
        ],
        [Grant(resource: "q", actions: read, fields: ["x"])],
        (0..<3).map { part in
            Grant(
                resource: part == 2 ? "*" : "r", actions: read,
                fields: (0..<100).map { "\(part)-\($0)-" + String(repeating: "f", count: 90) })
        },
    ]

    @Test("R11, R16, B4, B5, B8: the answer for a key with rules is protobuf-c's, byte for byte", arguments: grants)
    func restricted(grants: [Grant]) throws {
        for version in [nil, "0001-01-01", "2026-11-21", "9999-12-31"] {
            let key = key(grants, version: version)
            for used in [false, true] {
                for fields in [[], ["x"], ["x", "q"], (0..<100).map { "\($0)" + String(repeating: "g", count: 120) }] {
                    for explain in [false, true] {
                        let request = ValidateRequest(
                            secret: "s", resource: "r", action: .read, fields: fields, explain: explain)
                        ask([request]) { batch in
                            let question = batch[0]
                            let answer = answer(question, key, used: used)
                            var buffer = ByteBuffer()
                            withExtendedLifetime(key) {
                                ValidateReplyWriter.write(
                                    id: 300, question, answer, key: Unmanaged.passUnretained(key), into: &buffer)
                            }
                            let response = expected(request, answer, key, grants)
                            let frame = ServerFrame(id: 300, end: true, result: .success(.validate(response)))
                            #expect(Array(buffer.readableBytesView) == frame.bytes)
                        }
                    }
                }
            }
        }
    }

    @Test("B6: the answers of a batch are protobuf-c's, byte for byte, in the order of the requests")
    func batches() throws {
        for count in [1, 2, 3, 50, 100] {
            let grants = Self.grants[count % 2 == 0 ? 5 : 2]
            let key = key(grants)
            let requests = (0..<count).map {
                ValidateRequest(secret: "s", resource: $0 % 3 == 0 ? "r" : "", action: .read, explain: $0 % 5 == 0)
            }
            ask(requests) { batch in
                // Behind something else, as when answers follow each other.
                var buffer = ByteBuffer(string: "before")
                buffer.moveReaderIndex(forwardBy: 2)
                let writer = ValidateBatchWriter(id: 7, into: &buffer)
                var responses: [ValidateResponse] = []
                for index in 0..<batch.count {
                    let answer = answer(batch[index], key, used: false)
                    let isKnown = index % 4 != 1
                    withExtendedLifetime(key) {
                        writer.append(
                            batch[index], answer, key: isKnown ? Unmanaged.passUnretained(key) : nil, into: &buffer)
                    }
                    var response = expected(
                        requests[index], answer, key, requests[index].resource.isEmpty ? [] : grants)
                    if !isKnown {
                        response = ValidateResponse(
                            verdict: response.verdict, message: response.message,
                            publicMessage: response.publicMessage, usageID: response.usageID,
                            httpStatus: response.httpStatus, retryAfter: response.retryAfter,
                            denials: response.denials)
                    }
                    responses.append(response)
                }
                writer.finish(&buffer)
                let reply = Reply.validateBatch(ValidateBatchResponse(responses: responses))
                let bytes = ServerFrame(id: 7, end: true, result: .success(reply)).bytes
                #expect(Array(buffer.readableBytesView.dropFirst(4)) == bytes, "\(count)")
            }
        }
    }

    @Test("B6: a batch whose answers are larger than a frame may be gets a Status")
    func tooLarge() throws {
        let fields = (0..<100).map { "\($0)" + String(repeating: "f", count: 120) }
        let key = key([Grant(resource: "r", actions: Self.read, fields: fields)])
        let requests = [ValidateRequest](
            repeating: ValidateRequest(secret: "s", resource: "r", action: .read), count: 100)
        ask(requests) { batch in
            var buffer = ByteBuffer()
            let writer = ValidateBatchWriter(id: 7, into: &buffer)
            for index in 0..<batch.count {
                let answer = answer(batch[index], key, used: false)
                withExtendedLifetime(key) {
                    writer.append(batch[index], answer, key: Unmanaged.passUnretained(key), into: &buffer)
                }
            }
            writer.finish(&buffer)
            let status = ServerFrame(id: 7, end: true, result: .failure(.replyTooLarge))
            #expect(Array(buffer.readableBytesView) == status.bytes)
        }
    }

    @Test("B6: what is wrong with a batch is named by its place in it")
    func violations() {
        func fields(_ requests: [ValidateRequest]) -> [String] {
            DecodedFrame(
                Array(
                    ClientFrame(
                        id: 7, timeoutMilliseconds: 0,
                        content: .call(.validateBatch(ValidateBatchRequest(requests: requests)))
                    ).bytes.dropFirst(4))
            ).fields
        }
        let good = ValidateRequest(secret: "x")
        #expect(fields([]) == ["requests"])
        #expect(fields([ValidateRequest](repeating: good, count: 101)) == ["requests"])
        var bad = [ValidateRequest](repeating: good, count: 8)
        bad[2].fields = ["x", ""]
        bad[7].clientIP = "nowhere"
        #expect(fields(bad) == ["requests[2].fields[1]", "requests[7].client_ip"])
        #expect(fields([ValidateRequest(secret: "", fields: (0...100).map { "\($0)" })]) == ["requests[0].fields"])
    }

    @Test("B1, B6: the largest min_revision of a batch holds for all of it")
    func revisions() {
        ask([3, 9, 0, 4].map { ValidateRequest(secret: "x", minRevision: $0) }) { #expect($0.minRevision == 9) }
    }
}
