// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct RestrictionRuleTests {
    private static let read = ActionSet([Action.read])

    private func fields(_ grants: [Grant]) -> [String] { FieldRule.grants(grants).map(\.field) }

    @Test("R11: a grant has a resource, an action and fields that are each once")
    func grants() {
        #expect(fields([]) == [])
        for good in ["a", "a/b", "a/*", "*", "/*", "/v2/x", "é", String(repeating: "r", count: 256)] {
            #expect(fields([Grant(resource: good, actions: Self.read)]) == [], "\(good)")
        }
        for bad in ["", "a*", "*a", "a/*/b", "**", "a*/*", "a/**", "*/", "a\u{1}", String(repeating: "r", count: 257)] {
            #expect(fields([Grant(resource: bad, actions: Self.read)]) == ["grants[0].resource"], "\(bad)")
        }
        #expect(fields([Grant(resource: "a", actions: [])]) == ["grants[0].actions"])
        let odd = Grant(
            resource: "a", actions: Self.read, fields: ["x", "", "\u{7F}", String(repeating: "f", count: 129), "x"])
        #expect(fields([odd]) == [1, 2, 3, 4].map { "grants[0].fields[\($0)]" })
        let many = Grant(resource: "a", actions: Self.read, fields: (0...100).map { "f\($0)" })
        #expect(fields([many]) == ["grants[0].fields"])
    }

    @Test("R11: the same grant twice is refused, the same resource with other actions or fields is not")
    func duplicates() {
        let grants = [
            Grant(resource: "a", actions: Self.read, fields: ["x", "y"]), Grant(resource: "a", actions: Self.read),
            Grant(resource: "a", actions: ActionSet([Action.update]), fields: ["x", "y"]),
            Grant(resource: "a", actions: Self.read, fields: ["y", "x"]),
        ]
        #expect(FieldRule.grants(grants) == [FieldViolation("grants[3]", "is the same as grants[0]; list it once")])
    }

    @Test("R11: a key has up to 1,000 grants, of up to 32 KiB together")
    func sizes() {
        let grants = (0..<1_001).map { Grant(resource: "resource-\($0)", actions: Self.read) }
        #expect(fields(Array(grants.dropLast())) == [])
        #expect(fields(grants) == ["grants"])
        let long = (0..<130).map {
            Grant(resource: "\(1_000 + $0)" + String(repeating: "r", count: 240), actions: Self.read)
        }
        #expect(long.reduce(0) { $0 + $1.listBytes } > Limits.grantsBytes)
        #expect(fields(long) == ["grants"])
        #expect(fields(Array(long.dropLast(2))) == [])
    }

    @Test("R10: up to 1,000 addresses, each good and once, each that is not named")
    func addresses() {
        let good = FieldRule.allowedIPs(["10.0.0.0/8", "::1"])
        #expect(good.violations == [])
        #expect(good.blocks.map(\.description) == ["10.0.0.0/8", "::1"])
        let bad = FieldRule.allowedIPs(["10.0.0.5/8", "1.1.1.1", "::ffff:1.1.1.1", "x"])
        #expect(bad.violations.map(\.field) == ["allowed_ips[0]", "allowed_ips[2]", "allowed_ips[3]"])
        #expect(bad.violations[1].description == "1.1.1.1 is the same as allowed_ips[1]; list it once")
        let publicOnly = FieldRule.allowedIPs(["8.8.8.8", "10.0.0.0/8"], publicOnly: true)
        #expect(publicOnly.violations.map(\.field) == ["allowed_ips[1]"])
        #expect(FieldRule.allowedIPs((0..<1_001).map { "10.0.\($0 / 256).\($0 % 256)" }).violations.count == 1)
        #expect(FieldRule.allowedIPs([String](repeating: "x", count: 1_000)).violations.count == Limits.violationsNamed)
    }

    @Test("B8: a rate limit is within its bounds")
    func rates() {
        func fields(_ requests: UInt32, _ seconds: UInt32, _ burst: UInt32) -> [String] {
            FieldRule.rateLimit(RateLimit(requests: requests, perSeconds: seconds, burst: burst)).map(\.field)
        }
        #expect(fields(1, 1, 0) == [])
        #expect(fields(1_000_000, 86_400, 1_000_000) == [])
        #expect(fields(1, 86_400, 36_500) == [])
        #expect(fields(1, 86_400, 36_501) == ["rate_limit.burst"])
        #expect(fields(0, 0, 1_000_001) == ["rate_limit.requests", "rate_limit.per_seconds", "rate_limit.burst"])
        #expect(fields(1_000_001, 86_401, 0) == ["rate_limit.requests", "rate_limit.per_seconds"])
    }
}
