// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import NIOCore
import Testing

@Suite struct ValidateReplyWriterTests {
    /// A recognised key, by what changes the length of the reply.
    struct Sample: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var name = "n"
        var accountID = "a"
        var userID = "u"
        var expireTime: Timestamp?
        var revision: UInt64 = 1

        static let all = [
            Sample(testDescription: "short"),
            Sample(testDescription: "with an expiry", expireTime: SampleReplies.time),
            Sample(testDescription: "whole seconds", expireTime: Timestamp(nanoseconds: 5_000_000_000)),
            Sample(testDescription: "1970", expireTime: Timestamp(nanoseconds: 0)),
            Sample(
                testDescription: "longest", name: String(repeating: "🔑", count: 100),
                accountID: String(repeating: "a", count: 63), userID: String(repeating: "é", count: 64),
                expireTime: Timestamp(nanoseconds: Limits.latestTime.nanoseconds - 1), revision: .max),
            Sample(testDescription: "empty", name: "", accountID: "", userID: "", revision: 0),
        ]

        var key: PublishedKey {
            PublishedKey(
                key: StoredKey(
                    id: SampleReplies.id(), accountID: accountID, userID: userID, name: name, description: "",
                    hint: "", unrestricted: true, standing: KeyStanding(expireTime: expireTime),
                    createTime: SampleReplies.time, updateTime: SampleReplies.time,
                    current: StoredSecret(
                        generation: 1, digest: Digest(), storeKeyVersion: 1, createTime: SampleReplies.time),
                    old: [], createSequence: 1, revision: revision))
        }
    }

    private static var question: ValidateQuestion {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return ValidateQuestion(secret: none, clientIP: none, resource: none, action: 0, httpMethod: none, path: none)
    }

    private func written(_ id: UInt64, _ answer: ValidateAnswer, _ key: PublishedKey?) -> [UInt8] {
        var buffer = ByteBuffer()
        withExtendedLifetime(key) {
            ValidateReplyWriter.write(
                id: id, Self.question, answer, key: key.map { Unmanaged.passUnretained($0) }, into: &buffer)
        }
        return Array(buffer.readableBytesView)
    }

    private func expected(_ answer: ValidateAnswer, _ key: StoredKey?) -> ValidateResponse {
        var response = ValidateResponse(
            verdict: answer.verdict, message: answer.verdict.message.description,
            publicMessage: answer.verdict.publicMessage.description, usageID: answer.usageID?.bytes ?? [],
            httpStatus: answer.verdict.httpStatus)
        guard let key else { return response }
        response.keyID = key.id.description
        response.name = key.name
        response.accountID = key.accountID
        response.userID = key.userID
        response.expireTime = key.standing.expireTime
        response.generation = answer.generation
        response.superseded = answer.supersededDeadline != nil
        response.supersededDeadline = answer.supersededDeadline
        response.revision = key.revision
        return response
    }

    /// What is written is what protobuf-c makes of the same message, and reads back as it.
    private func check(_ id: UInt64, _ answer: ValidateAnswer, _ key: PublishedKey?) throws {
        let bytes = written(id, answer, key)
        let response = expected(answer, key?.key)
        let frame = try ServerFrame(bytes)
        #expect(frame.id == id)
        #expect(frame.end)
        #expect(frame.result == .success(.validate(response)))
        #expect(bytes == ServerFrame(id: id, end: true, result: .success(.validate(response))).bytes)
    }

    @Test("the answer for no key has verdict, messages, usage_id and http_status only", arguments: Verdict.allCases)
    func withoutKey(verdict: Verdict) throws {
        for (id, usageID) in [(UInt64(1), SampleReplies.usageID), (.max, UsageID(epoch: 0, serial: 0))] {
            let answer = ValidateAnswer(verdict: verdict, generation: 0, supersededDeadline: nil, usageID: usageID)
            try check(id, answer, nil)
        }
    }

    @Test("R12: the answer for a key is protobuf-c's, byte for byte, and tells the user", arguments: Sample.all)
    func withKey(sample: Sample) throws {
        for verdict in Verdict.allCases {
            for deadline in [nil, Timestamp(nanoseconds: 0), SampleReplies.time] {
                for generation in [UInt32(1), 127, 128, .max] {
                    let answer = ValidateAnswer(
                        verdict: verdict, generation: generation, supersededDeadline: deadline,
                        usageID: SampleReplies.usageID)
                    try check(300, answer, sample.key)
                }
            }
        }
    }

    @Test("every length of the message around the two-byte length is written right")
    func lengths() throws {
        let answer = ValidateAnswer(
            verdict: .valid, generation: 1, supersededDeadline: nil, usageID: SampleReplies.usageID)
        var lengths: Set<Int> = []
        for count in 0..<200 {
            let key = Sample(testDescription: "", name: String(repeating: "n", count: count)).key
            try check(1, answer, key)
            lengths.insert(written(1, answer, key).count)
        }
        #expect(lengths.contains { $0 < 128 })
        #expect(lengths.contains { $0 > 200 })
    }

    @Test("answers follow each other in one buffer")
    func appended() {
        let answer = ValidateAnswer(
            verdict: .notFound, generation: 0, supersededDeadline: nil, usageID: SampleReplies.usageID)
        var buffer = ByteBuffer()
        let key = Sample.all[0].key
        for id in UInt64(1)...100 {
            withExtendedLifetime(key) {
                ValidateReplyWriter.write(
                    id: id, Self.question, answer, key: Unmanaged.passUnretained(key), into: &buffer)
            }
        }
        #expect(Array(buffer.readableBytesView) == (1...100).flatMap { written($0, answer, Sample.all[0].key) })
    }
}
