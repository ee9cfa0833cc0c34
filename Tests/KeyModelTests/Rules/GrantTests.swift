// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

@Suite struct GrantTests {
    private func rules(_ grants: [Grant]) -> KeyRules {
        KeyRules(allowedIPs: [], grants: grants, rateLimit: nil, versionPin: nil)
    }

    private func verdict(_ grants: [Grant], _ resource: String, _ action: Action, _ fields: [String] = []) -> Verdict {
        let asked = Asked(resource: resource, action: action, fields: fields)
        return evaluate(
            .secret(KeyStanding(), deadline: nil), rules(grants), isUnrestricted: false, asked, rateTime: 0,
            at: Timestamp(nanoseconds: 0)
        ).verdict
    }

    @Test("R11: a resource covers itself, a trailing /* everything below it on / boundaries, * all")
    func patterns() {
        let table: [(pattern: String, covered: [String], not: [String])] = [
            ("a", ["a"], ["A", "a/", "a/b", "ab", "*", "á"]),
            ("a/*", ["a/b", "a/b/c", "a//", "a/*", "a/é"], ["a", "a/", "ab", "ab/c", "b/a/b", "/a/b"]),
            ("a/b/*", ["a/b/c", "a/b/c/d"], ["a/b", "a/c/b", "a/b/"]),
            ("*", ["a", "a/b", "/", "*"], []),
            ("/*", ["/a", "//", "/a/b"], ["a", "/"]),
            ("a/", ["a/"], ["a", "a/b"]),
        ]
        for row in table {
            let grants = [Grant(resource: row.pattern, actions: ActionSet([Action.read]))]
            for resource in row.covered { #expect(verdict(grants, resource, .read) == .valid, "\(resource)") }
            for resource in row.not { #expect(verdict(grants, resource, .read) == .permissionDenied, "\(resource)") }
            for resource in row.covered { #expect(verdict(grants, resource, .update) == .permissionDenied) }
        }
    }

    @Test("R11: resources and fields are compared byte by byte, not by how they look")
    func bytes() {
        let grants = [Grant(resource: "caf\u{E9}", actions: ActionSet([Action.read]), fields: ["\u{E9}"])]
        #expect(verdict(grants, "caf\u{E9}", .read, ["\u{E9}"]) == .valid)
        #expect(verdict(grants, "cafe\u{301}", .read) == .permissionDenied)
        #expect(verdict(grants, "caf\u{E9}", .read, ["e\u{301}"]) == .fieldNotAllowed)
    }

    @Test("B5: of several grants that cover a resource and action, what any of them allows is allowed")
    func unions() {
        let read = ActionSet([Action.read])
        let grants = [
            Grant(resource: "a/b", actions: read, fields: ["x", "y"]),
            Grant(resource: "a/*", actions: read, fields: ["y", "z"]),
            Grant(resource: "a/b", actions: ActionSet([Action.update]), fields: ["q"]),
        ]
        #expect(verdict(grants, "a/b", .read, ["x", "y", "z"]) == .valid)
        #expect(verdict(grants, "a/b", .read, ["q"]) == .fieldNotAllowed)
        #expect(verdict(grants, "a/c", .read, ["z"]) == .valid)
        #expect(verdict(grants, "a/c", .read, ["x"]) == .fieldNotAllowed)
        #expect(verdict(grants, "a/b", .update, ["q"]) == .valid)
        #expect(verdict(grants, "a/b", .update, ["x"]) == .fieldNotAllowed)
        #expect(verdict(grants + [Grant(resource: "*", actions: read)], "a/b", .read, ["anything"]) == .valid)
    }

    @Test("R11: the action follows from the HTTP method; without either nothing is covered")
    func methods() {
        let table: [(String, Action?)] = [
            ("GET", .read), ("HEAD", .read), ("POST", .create), ("PUT", .update), ("PATCH", .update),
            ("DELETE", .delete), ("", nil), ("OPTIONS", nil), ("GETS", nil), ("GE", nil), ("PROPPATCH", nil),
        ]
        for (method, action) in table {
            #expect(Asked(method: method).with { $0.wantedAction } == action, "\(method)")
            #expect(Asked(action: .download, method: method).with { $0.wantedAction } == .download)
        }
        let all = Grant(resource: "*", actions: ActionSet(Action.allCases))
        let asked = Asked(resource: "a", method: "OPTIONS")
        let found = evaluate(
            .secret(KeyStanding(), deadline: nil), rules([all]), isUnrestricted: false, asked, rateTime: 0,
            at: Timestamp(nanoseconds: 0))
        #expect(found.verdict == .permissionDenied)
    }

    @Test("R11: a key that has no grants and is not unrestricted may do nothing")
    func nothing() {
        #expect(verdict([], "a", .read) == .permissionDenied)
        let found = evaluate(
            .secret(KeyStanding(), deadline: nil), nil, isUnrestricted: false,
            Asked(resource: "a", action: .read), rateTime: 0, at: Timestamp(nanoseconds: 0))
        #expect(found.verdict == .permissionDenied)
    }

    @Test("R11, B5: random grants answer as each grant in turn does, and name the allowed fields once")
    func property() {
        var generator = Seed.generator(for: "grants")
        for round in 0..<200 {
            let grants = (0..<Int.random(in: 1...(round % 10 == 0 ? 300 : 12), using: &generator)).map { _ in
                Grant.random(using: &generator)
            }
            let rules = rules(grants)
            for _ in 0..<20 {
                let resource = Grant.randomResource(using: &generator)
                let action = Action.allCases[Int.random(in: 0..<5, using: &generator)]
                let fields = Grant.randomFields(using: &generator)
                let asked = Asked(resource: resource, action: action, fields: fields)
                let found = evaluate(
                    .secret(KeyStanding(), deadline: nil), rules, isUnrestricted: false, asked, rateTime: 0,
                    at: Timestamp(nanoseconds: 0))
                let covering = grants.filter { $0.actions.contains(action) && $0.naivelyCovers(resource) }
                let isEverything = covering.contains { $0.fields.isEmpty }
                let allowed = Set(covering.flatMap(\.fields))
                let expected: Verdict =
                    resource.isEmpty
                    ? .resourceRequired
                    : covering.isEmpty
                        ? .permissionDenied
                        : isEverything || allowed.isSuperset(of: fields) ? .valid : .fieldNotAllowed
                #expect(found.verdict == expected, "\(resource) \(action) \(fields) \(grants)")
                var told: [String] = []
                asked.with { question in
                    rules.forEachAllowedField(found.coverage, question) {
                        told.append(String(decoding: $0, as: UTF8.self))
                    }
                }
                #expect(told.count == Set(told).count)
                #expect(Set(told) == (isEverything || resource.isEmpty ? [] : allowed))
                #expect(rules.replyBytes(found.coverage) >= told.reduce(0) { $0 + $1.utf8.count + 2 })
            }
        }
    }

    @Test("B5: thousands of fields in nested grants are told once each")
    func manyFields() {
        let read = ActionSet([Action.read])
        let grants = (0..<60).map { depth in
            Grant(
                resource: (0...depth).map { "\($0)" }.joined(separator: "/") + "/*", actions: read,
                fields: (0..<100).map { "f\(depth * 90 + $0)" })
        }
        let asked = Asked(resource: (0...70).map { "\($0)" }.joined(separator: "/"), action: .read, fields: ["f5409"])
        let rules = rules(grants)
        let found = evaluate(
            .secret(KeyStanding(), deadline: nil), rules, isUnrestricted: false, asked, rateTime: 0,
            at: Timestamp(nanoseconds: 0))
        #expect(found.verdict == .valid)
        var told: [String] = []
        asked.with { question in
            rules.forEachAllowedField(found.coverage, question) {
                told.append(String(decoding: $0, as: UTF8.self))
            }
        }
        #expect(told == (0..<5_410).map { "f\($0)" })
    }
}

extension Grant {
    /// Of few names, so that grants meet.
    fileprivate static func random(using generator: inout some RandomNumberGenerator) -> Grant {
        var resource = randomResource(using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: resource = "*"
        case 1, 2: resource += "/*"
        default: break
        }
        let actions = Action.allCases.filter { _ in Bool.random(using: &generator) }
        return Grant(resource: resource, actions: ActionSet(actions), fields: randomFields(using: &generator))
    }

    fileprivate static func randomResource(using generator: inout some RandomNumberGenerator) -> String {
        let parts = ["a", "b", "ab", "", "é", "0123456789"]
        return (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            parts[Int.random(in: 0..<parts.count, using: &generator)]
        }.joined(separator: "/")
    }

    fileprivate static func randomFields(using generator: inout some RandomNumberGenerator) -> [String] {
        let count = Int.random(in: 0..<3, using: &generator) * Int.random(in: 0...4, using: &generator)
        return Array(Set((0..<count).map { _ in "f\(Int.random(in: 0..<12, using: &generator))" })).sorted()
    }

    /// As the contract says it.
    fileprivate func naivelyCovers(_ other: String) -> Bool {
        if resource == "*" { return true }
        guard resource.hasSuffix("/*") else { return resource == other }
        let stem = resource.dropLast(1)
        return other.hasPrefix(stem) && other.utf8.count > stem.utf8.count
    }
}
