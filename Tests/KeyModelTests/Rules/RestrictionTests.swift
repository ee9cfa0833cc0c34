// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

/// What comes after a key's standing, in the contract's order.
@Suite struct RestrictionTests {
    private static let now = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
    private static let read = ActionSet([Action.read])

    private let rules: KeyRules

    init() throws {
        rules = KeyRules(
            allowedIPs: [try IPBlock(parsing: "203.0.113.0/24")],
            grants: [Grant(resource: "r", actions: Self.read, fields: ["x"])],
            rateLimit: RateLimit(requests: 1, perSeconds: 1), versionPin: nil)
    }

    private func evaluated(
        _ asked: Asked, used: Bool = false, standing: KeyStanding = KeyStanding(), deadline: Timestamp? = nil
    ) -> Evaluation {
        evaluate(
            .secret(standing, deadline: deadline), rules, isUnrestricted: false, asked,
            rateTime: used ? Self.now.nanoseconds + 1_000_000_000 : .min, at: Self.now)
    }

    @Test("R10, R11, B5, B8: the first that fails is the verdict, in the contract's order")
    func order() {
        func verdict(_ ip: String, _ resource: String, _ action: Action?, _ fields: [String], used: Bool) -> Verdict {
            evaluated(Asked(ip: ip, resource: resource, action: action, fields: fields), used: used).verdict
        }
        #expect(verdict("203.0.113.7", "r", .read, ["x"], used: false) == .valid)
        #expect(verdict("203.0.113.7", "r", .read, ["x"], used: true) == .rateLimited)
        #expect(verdict("203.0.113.7", "r", .read, ["x", "y"], used: true) == .fieldNotAllowed)
        #expect(verdict("203.0.113.7", "r", .update, ["y"], used: true) == .permissionDenied)
        #expect(verdict("203.0.113.7", "r", nil, ["y"], used: true) == .permissionDenied)
        #expect(verdict("203.0.113.7", "q", .read, ["y"], used: true) == .permissionDenied)
        #expect(verdict("203.0.113.7", "", .read, ["y"], used: true) == .resourceRequired)
        #expect(verdict("198.51.100.1", "", .read, ["y"], used: true) == .ipNotAllowed)
        #expect(verdict("", "", .read, ["y"], used: true) == .clientIPRequired)
        #expect(verdict("::ffff:203.0.113.7", "r", .read, [], used: false) == .valid)
        let old = evaluated(Asked(), used: true, deadline: Self.now)
        #expect(old.verdict == .superseded)
    }

    @Test("B8: only VALID takes from the rate limit")
    func consumes() {
        let asked = Asked(ip: "203.0.113.7", resource: "r", action: .read)
        #expect(evaluated(asked).rateTime == Self.now.nanoseconds + 1_000_000_000)
        #expect(evaluated(Asked(resource: "r", action: .read)).rateTime == .min)
        let limited = evaluated(asked, used: true)
        #expect(limited.rateTime == Self.now.nanoseconds + 1_000_000_000)
        #expect(limited.retryAfter == .seconds(1))
    }

    @Test("B4: explain names everything that would deny, in order")
    func explain() {
        let standing = KeyStanding(enabled: false, expireTime: Self.now, revokeTime: Self.now)
        let all = evaluated(
            Asked(ip: "198.51.100.1", resource: "r", action: .read, fields: ["y"], explain: true), used: true,
            standing: standing, deadline: Self.now)
        #expect(
            all.denials.verdicts == [
                .revoked, .disabled, .expired, .superseded, .ipNotAllowed, .fieldNotAllowed, .rateLimited,
            ])
        #expect(all.verdict == .revoked)
        #expect(all.retryAfter == .seconds(1))
        #expect(
            evaluated(Asked(explain: true), used: true).denials.verdicts
                == [.clientIPRequired, .resourceRequired, .rateLimited])
        #expect(
            evaluated(Asked(ip: "203.0.113.7", resource: "q", action: .read, fields: ["y"], explain: true)).denials
                == [.permissionDenied])
        let good = evaluated(Asked(ip: "203.0.113.7", resource: "r", action: .read, explain: true))
        #expect(good.verdict == .valid)
        #expect(good.denials.isEmpty)
        for (presented, verdict) in [(Presented.malformed, Verdict.malformed), (.unknown, .notFound)] {
            let found = evaluate(
                presented, nil, isUnrestricted: false, Asked(explain: true), rateTime: 0, at: Self.now)
            #expect(found.denials.verdicts == [verdict])
        }
    }

    @Test("B4: for any state, what explain names first is what Validate answers, and VALID is when it names nothing")
    func property() {
        for bits in 0..<1_024 {
            func has(_ bit: Int) -> Bool { bits & 1 << bit != 0 }
            let standing = KeyStanding(
                enabled: !has(0), expireTime: has(1) ? Self.now : nil, revokeTime: has(2) ? Self.now : nil)
            func asked(_ explain: Bool) -> Asked {
                Asked(
                    ip: has(3) ? "" : has(4) ? "1.1.1.1" : "203.0.113.7", resource: has(5) ? "" : has(6) ? "q" : "r",
                    action: .read, fields: has(7) ? ["y"] : ["x"], explain: explain)
            }
            let deadline = has(8) ? Self.now : nil
            let told = evaluated(asked(true), used: has(9), standing: standing, deadline: deadline)
            let answered = evaluated(asked(false), used: has(9), standing: standing, deadline: deadline)
            #expect(told.verdict == answered.verdict)
            #expect(told.verdict == (told.denials.verdicts.first ?? .valid))
            #expect(answered.denials.verdicts.count <= 1)
        }
    }

    @Test("R11: an unrestricted key may do everything with every field, and its other rules hold")
    func unrestricted() {
        let asked = Asked(ip: "203.0.113.7", fields: ["any"])
        let found = evaluate(
            .secret(KeyStanding(), deadline: nil), rules, isUnrestricted: true, asked, rateTime: .min,
            at: Self.now)
        #expect(found.verdict == .valid)
        let elsewhere = evaluate(
            .secret(KeyStanding(), deadline: nil), rules, isUnrestricted: true, Asked(ip: "1.1.1.1"),
            rateTime: .min, at: Self.now)
        #expect(elsewhere.verdict == .ipNotAllowed)
    }
}
