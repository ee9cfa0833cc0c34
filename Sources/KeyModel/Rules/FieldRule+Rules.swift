// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// The rules for what a key may be restricted by. Each returns everything that is wrong, by its path in the request.
extension FieldRule {
    /// Up to 1,000 addresses and blocks, each once. Returns them too, as far as they are any.
    ///
    /// - Parameter publicOnly: The account's `require_public_ips`.
    public static func allowedIPs(
        _ texts: [String], publicOnly: Bool = false
    ) -> (blocks: [IPBlock], violations: [FieldViolation]) {
        if texts.count > Limits.allowedIPs {
            return ([], [FieldViolation("allowed_ips", "must be at most \(Limits.allowedIPs)")])
        }
        var blocks: [IPBlock] = []
        var found = Violations()
        var places: [IPBlock: Int] = [:]
        for (index, text) in texts.enumerated() {
            let path = "allowed_ips[\(index)]"
            do throws(IPBlockFault) {
                let block = try IPBlock(parsing: text)
                if let first = places[block] {
                    found.add(path, "\(block) is the same as allowed_ips[\(first)]; list it once")
                    continue
                }
                places[block] = index
                blocks.append(block)
                if publicOnly, !block.isGloballyReachable {
                    found.add(
                        path, "\(block) is not globally reachable, at least in part, and the account requires that")
                }
            } catch {
                found.add(path, error.description)
            }
        }
        return (blocks, found.list)
    }

    /// 1 to 1,000,000 requests in 1 s to a day, and a burst of 0 to 1,000,000.
    public static func rateLimit(_ limit: RateLimit) -> [FieldViolation] {
        var found = Violations()
        if !(1...Limits.rateRequests).contains(limit.requests) {
            found.add("rate_limit.requests", "must be 1 to \(Limits.rateRequests)")
        }
        if !(1...Limits.ratePeriodSeconds).contains(limit.perSeconds) {
            found.add("rate_limit.per_seconds", "must be 1 to \(Limits.ratePeriodSeconds)")
        }
        if limit.burst > Limits.rateRequests {
            found.add("rate_limit.burst", "must be 0 to \(Limits.rateRequests); 0 = the same as requests")
        }
        // Within the bounds above this is less than 2^54.
        if found.list.isEmpty,
            UInt64(limit.burst) * UInt64(limit.perSeconds) / UInt64(limit.requests)
                > UInt64(Limits.longestSpan.nanoseconds / 1_000_000_000)
        {
            found.add("rate_limit.burst", "would take more than 100 years to come back at this rate; lower it")
        }
        return found.list
    }

    /// Up to 1,000 grants, each once, all together within `Limits.grantsBytes`. None is for the caller to judge.
    public static func grants(_ grants: [Grant]) -> [FieldViolation] {
        if grants.count > Limits.grants {
            return [FieldViolation("grants", "must be at most \(Limits.grants)")]
        }
        let size = grants.reduce(0) { $0 + $1.listBytes }
        if size > Limits.grantsBytes {
            let advice =
                "take \(size) bytes; at most \(Limits.grantsBytes) are kept, each grant taking 12 beside its resource and each "
                + "field 4 beside its name"
            return [FieldViolation("grants", advice)]
        }
        var found = Violations()
        var places: [GrantBytes: Int] = [:]
        for (index, grant) in grants.enumerated() {
            let path = "grants[\(index)]"
            if let wrong = resource(grant.resource) { found.add("\(path).resource", wrong) }
            if !grant.actions.isSubset(of: .all) {
                found.add("\(path).actions", "must be actions that the .proto names")
            } else if grant.actions.isEmpty {
                found.add("\(path).actions", "required: at least one")
            }
            check(grant.fields, "\(path).fields", &found)
            let bytes = GrantBytes(grant)
            if let first = places[bytes] { found.add(path, "is the same as grants[\(first)]; list it once") }
            places[bytes] = places[bytes] ?? index
        }
        return found.list
    }

    /// 1 to 256 bytes of free text; "*" alone, or at the end behind a "/".
    private static func resource(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        if bytes.isEmpty { return "required" }
        if bytes.count > Limits.resourceBytes { return "must be at most \(Limits.resourceBytes) bytes" }
        let star = UInt8(ascii: "*")
        if let place = bytes.firstIndex(of: star), bytes != [star],
            place != bytes.count - 1 || bytes[place - 1] != UInt8(ascii: "/")
        {
            return "may hold * alone, for every resource, or as /* at its end, for everything below"
        }
        return controlCharacters(text)
    }

    private static func check(_ fields: [String], _ path: String, _ found: inout Violations) {
        if fields.count > Limits.fields { return found.add(path, "must be at most \(Limits.fields)") }
        var places: [[UInt8]: Int] = [:]
        for (index, field) in fields.enumerated() {
            let bytes = Array(field.utf8)
            if !(1...Limits.fieldBytes).contains(bytes.count) {
                found.add("\(path)[\(index)]", "must be 1 to \(Limits.fieldBytes) bytes")
            } else if let wrong = controlCharacters(field) {
                found.add("\(path)[\(index)]", wrong)
            }
            if let first = places[bytes] {
                found.add("\(path)[\(index)]", "is the same as \(path)[\(first)]; list it once")
            }
            places[bytes] = places[bytes] ?? index
        }
    }

    /// What is wrong, as much of it as a refusal names: the reply must fit a frame, and a person must read it.
    private struct Violations {
        private(set) var list: [FieldViolation] = []

        mutating func add(_ field: String, _ description: String) {
            if list.count < Limits.violationsNamed { list.append(FieldViolation(field, description)) }
        }
    }
}

extension Grant {
    /// What it takes in a key's record, at most.
    public var listBytes: Int { 12 + resource.utf8.count + fields.reduce(0) { $0 + $1.utf8.count + 4 } }
}

/// A grant by its bytes, whatever the order of its fields: strings compare as equal when only their normal forms are.
private struct GrantBytes: Hashable {
    let resource: [UInt8]
    let actions: ActionSet
    let fields: Set<[UInt8]>

    init(_ grant: Grant) {
        resource = Array(grant.resource.utf8)
        actions = grant.actions
        fields = Set(grant.fields.map { Array($0.utf8) })
    }
}
