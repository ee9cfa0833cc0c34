// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Synchronization

/// Runs one case: its steps one after the other, with what they bind.
struct CaseRunner {
    private let suite: ConformanceSuite
    private let door: any Door
    private var variables = Variables()

    private static let counter = Atomic(0)
    private static let run = String(UInt32.random(in: 0...0xFFFFFF), radix: 16)

    init(_ suite: ConformanceSuite, through door: any Door) {
        self.suite = suite
        self.door = door
        // Of its own, so that cases can run in any order, at once, and on a server that has run them before.
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        variables["account"] = .string("c-\(Self.run)-\(number)")
    }

    /// Throws a `Mismatch` where something else came than the case expects.
    mutating func run(_ test: ConformanceSuite.Case) async throws {
        for (name, value) in test.values { variables[name] = try variables.expand(value) }
        for (index, step) in test.steps.enumerated() {
            do {
                for time in 0..<(step["times"]?.int ?? 1) {
                    variables["i"] = .number(Int64(time))
                    try await until(step)
                }
            } catch {
                throw Mismatch("\(test.row) \(test.name): step \(index + 1) (\(step["call"]?.text ?? "")): \(error)")
            }
        }
    }

    /// Does a step again and again until it is as expected, for as long as the step says.
    private mutating func until(_ step: JSON) async throws {
        let patience = try step["within"]?.text.map { try TimeText.span("+" + $0) } ?? .zero
        let end = SystemTime.now.advanced(by: patience)
        while true {
            do {
                return try await perform(step)
            } catch let mismatch as Mismatch {
                if SystemTime.now >= end { throw mismatch }
            }
        }
    }

    private mutating func perform(_ step: JSON) async throws {
        let began = SystemTime.now
        let name = step["call"]?.text ?? ""
        let given = (suite.defaults[name]?.object ?? [:]).merging(step["request"]?.object ?? [:]) { $1 }
        let request = try variables.expand(.object(given))
        if let count = step["parallel"]?.int {
            return try await together(count, name, request, expecting: step["outcomes"]?.object ?? [:])
        }
        let timeout = try step["timeout"]?.text.map { try TimeText.span("+" + $0).nanoseconds / 1_000_000 }
        let outcome = try await door.call(
            name, request, timeoutMilliseconds: timeout, records: step["records"]?.int)
        try check(try variables.expand(step["expect"] ?? .object([:])), outcome, Expectation(began: began))
        for (name, path) in step["bind"]?.object ?? [:] {
            variables[name] = try value(at: path.text ?? "", in: outcome.reply)
        }
    }

    private func together(
        _ count: Int, _ name: String, _ request: JSON, expecting expected: [String: JSON]
    ) async throws {
        let outcomes = try await withThrowingTaskGroup { group in
            for _ in 0..<count {
                group.addTask { [door] in
                    try await door.call(name, request, timeoutMilliseconds: nil, records: nil).name
                }
            }
            return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        if outcomes != expected.compactMapValues(\.int) {
            throw Mismatch("outcomes: expected \(expected), got \(outcomes)")
        }
    }

    private func check(_ expect: JSON, _ outcome: Outcome, _ expectation: Expectation) throws {
        do {
            try expectation.match("code", expect["code"] ?? .string("OK"), .string(outcome.code))
            if let reason = expect["reason"] { try expectation.match("reason", reason, .string(outcome.reason)) }
        } catch {
            throw Mismatch("\(error): \(outcome.reason) \(outcome.message)")
        }
        if let fields = expect["violations"]?.array {
            let (wanted, found) = (fields.compactMap(\.text).sorted(), outcome.violations.sorted())
            if wanted != found { throw Mismatch("expected violations \(wanted), got \(found)") }
        }
        if let retryAfter = expect["retryAfter"] {
            try expectation.match("retry_after", retryAfter, .bool(outcome.hasRetryAfter))
        }
        if let message = expect["message"] { try expectation.match("message", message, .string(outcome.message)) }
        if let reply = expect["reply"] { try expectation.match("reply", reply, outcome.reply) }
    }

    /// key.secrets.0.deadline
    private func value(at path: String, in reply: JSON) throws -> JSON {
        try path.split(separator: ".").reduce(reply) { value, part in
            let element = Int(part).flatMap { index in
                value.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
            guard let next = element ?? value[String(part)] else { throw Mismatch("the reply has no \(path)") }
            return next
        }
    }
}
