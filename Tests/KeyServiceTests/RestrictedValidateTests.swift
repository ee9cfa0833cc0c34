// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import CHeap
import KeyModel
import KeyService
import KeyStore
import KeyTesting
import KeyUsage
import KeyWire
import NIOCore
import Synchronization
import Testing

@Suite struct RestrictedValidateTests {
    private func rules(_ limit: RateLimit?, grants: [Grant] = []) -> KeyRules {
        KeyRules(allowedIPs: [], grants: grants, rateLimit: limit, versionPin: nil)
    }

    @Test("B8: the rate limit counts what was VALID, and nothing else")
    func rate() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        let grant = Grant(resource: "r", actions: ActionSet([Action.read]))
        try counter.restrict(made.key.id, rules(RateLimit(requests: 2, perSeconds: 10), grants: [grant]))
        func answer(_ resource: String = "r") -> ValidateAnswer {
            counter.validate(made.secret, resource: resource).answer
        }
        #expect(answer("other").verdict == .permissionDenied)
        #expect(answer().verdict == .valid)
        #expect(answer("other").verdict == .permissionDenied)
        #expect(answer().verdict == .valid)
        for _ in 0..<3 {
            let denied = answer()
            #expect(denied.verdict == .rateLimited)
            #expect(denied.retryAfter == .seconds(5))
        }
        counter.clock.advance(by: .seconds(5))
        #expect(answer().verdict == .valid)
        #expect(answer().verdict == .rateLimited)
    }

    @Test("B8: threads that ask at once get as many as the burst, never one more")
    func contention() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        let rules = rules(RateLimit(requests: 1_000, perSeconds: 86_400))
        try counter.restrict(made.key.id, rules, unrestricted: true)
        let now = counter.service.now()
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var count = 0
                    for _ in 0..<1_000 {
                        var time = rules.rateTime
                        while true {
                            let none = UnsafeRawBufferPointer(start: nil, count: 0)
                            let question = ValidateQuestion(
                                secret: none, clientIP: none, resource: none, action: 0, httpMethod: none, path: none)
                            let found = evaluate(
                                .secret(KeyStanding(), deadline: nil), rules, isUnrestricted: true, question,
                                rateTime: time, at: now)
                            if rules.keepRateTime(found.rateTime, insteadOf: &time) {
                                count += found.verdict == .valid ? 1 : 0
                                break
                            }
                        }
                    }
                    return count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 1_000)
        #expect(counter.validate(made.secret).answer.verdict == .rateLimited)
    }

    @Test("B4: explain consumes nothing and records nothing: no use, no event, no usage id, no rate")
    func explain() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        try counter.restrict(made.key.id, rules(RateLimit(requests: 1, perSeconds: 10)), unrestricted: true)
        for _ in 0..<10 {
            let (answer, key) = counter.validate(made.secret, explain: true)
            #expect(answer.verdict == .valid)
            #expect(answer.denials.isEmpty)
            #expect(answer.usageID == nil)
            #expect(key == made.key.id)
        }
        #expect(counter.validate("x", explain: true).answer.denials == [.malformed])
        #expect(counter.opened.store.index.find(made.key.id)?.counters.count == 0)
        #expect(counter.validate(made.secret).answer.verdict == .valid)
        #expect(counter.opened.store.index.find(made.key.id)?.counters.count == 1)
        let told = counter.validate(made.secret, explain: true).answer
        #expect(told.denials == [.rateLimited])
        #expect(told.retryAfter == .seconds(10))
        let subscription = try await counter.usage.subscribe(StreamUsageRequest(history: true, noFollow: true))
        var events = 0
        while let records = await subscription.next() {
            for case .event in records.map(\.kind) { events += 1 }
        }
        #expect(events == 1)
    }

    @Test("R10, R11, B5, B8: a Validate of a key with rules allocates nothing, from bytes in to bytes out")
    func allocations() async throws {
        let counter = try Counter()
        let made = try await counter.create()
        let read = ActionSet([Action.read])
        let blocks = ["203.0.113.0/24", "2001:db8::/32"].compactMap { try? IPBlock(parsing: $0) }
        let grants =
            (0..<100).map { Grant(resource: "other-\($0)", actions: read) } + [
                Grant(resource: "a/*", actions: read, fields: ["x", "y"]),
                Grant(resource: "a/b", actions: read, fields: ["y", "z"]),
            ]
        let rules = KeyRules(
            allowedIPs: blocks, grants: grants, rateLimit: RateLimit(requests: 100_000, perSeconds: 1),
            versionPin: CalendarDate("2026-11-21").map {
                VersionPin(version: $0, changeTime: counter.service.now(), downgradeDeadline: nil)
            })
        try counter.restrict(made.key.id, rules)
        var frames = ByteBuffer()
        for (ip, fields) in [
            ("203.0.113.7", ["x", "z"]), ("2001:db8::1", []), ("10.0.0.1", ["x"]), ("203.0.113.7", ["q"]),
        ] {
            let request = ValidateRequest(
                secret: made.secret, clientIP: ip, resource: "a/b", httpMethod: "GET", fields: fields)
            ClientFrame(id: 5, timeoutMilliseconds: 0, content: .call(.validate(request))).encode(into: &frames)
        }
        let decoder = FrameDecoder()
        var machine = ConnectionMachine()
        var output = ByteBuffer()
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(1_000)
        func answerAll() {
            let now = counter.service.now()
            counter.lane.enter()
            frames.withUnsafeReadableBytes { bytes in
                var offset = 0
                while case .validate(let id, _, let question) = machine.next(in: bytes, from: &offset, decoder) {
                    let (answer, key) = counter.service.validate(
                        question, at: now, caller: UnsafeRawBufferPointer(start: nil, count: 0), on: counter.lane)
                    ValidateReplyWriter.write(id: id, question, answer, key: key, into: &output)
                    verdicts.append(answer.verdict)
                }
            }
            counter.lane.leave()
            output.clear()
        }
        // Once for whatever is set up at the first use.
        answerAll()
        #expect(verdicts == [.valid, .valid, .ipNotAllowed, .fieldNotAllowed])
        let before = allocation_count()
        for _ in 0..<100 { answerAll() }
        let allocated = allocation_count() - before
        #if DEBUG
            // Without optimisation Swift itself allocates; that the answers are right is all that can be looked at.
            _ = allocated
        #else
            #expect(allocated == 0)
        #endif
    }
}
