// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// What the keys of a measurement in this process are restricted by.
enum BenchRules: String, ExpressibleByArgument, CaseIterable {
    /// Nothing.
    case none
    /// A few grants and addresses, and a rate limit.
    case typical
    /// As many as a key may have.
    case many

    /// The fields that every call asks for.
    var fields: [String] { self == .none ? [] : ["name", "department"] }

    /// A key's own: nothing of what Validate reads is shared with another key. They let `BenchFrames` through.
    func make() -> KeyRules? {
        guard self != .none else { return nil }
        // More than one processor can ask for.
        let limit = RateLimit(requests: Limits.rateRequests, perSeconds: 1)
        return KeyRules(
            allowedIPs: self == .many ? Self.manyBlocks : Self.someBlocks,
            grants: self == .many ? Self.manyGrants : Self.someGrants, rateLimit: limit, versionPin: nil)
    }

    private static let someBlocks = ["198.51.100.0/24", "203.0.113.0/24", "192.0.2.7", "2001:db8::/32"].compactMap {
        try? IPBlock(parsing: $0)
    }

    /// None of them next to another, so that none can be merged.
    private static let manyBlocks =
        (0..<Limits.allowedIPs - 1).compactMap { number in
            try? IPBlock(parsing: "10.\(number / 128).\(number % 128 * 2).0/24")
        } + someBlocks[1...1]

    private static let someGrants = [
        Grant(resource: "employees", actions: Self.actions(.read), fields: ["name", "email", "department"]),
        Grant(resource: "invoices/*", actions: Self.actions(.read, .download)),
        Grant(resource: "reports", actions: Self.actions(.create, .read, .update), fields: ["title", "body"]),
    ]

    private static let manyGrants =
        (1..<Limits.grants).map { Grant(resource: "resource-\($0)", actions: Self.actions(.read, .update)) }
        + someGrants[0...0]

    private static func actions(_ actions: Action...) -> ActionSet { ActionSet(actions) }
}
