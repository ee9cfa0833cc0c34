// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel

/// What callers may do, as a person would work it out on paper: every right is a sentence, and who may do something has
/// its sentence. Nothing of the service's own way to decide is used.
struct NaiveRights {
    /// The accounts that the walk knows, and one that stands for all others.
    static let accounts = ["acme", "other", "acm", "elsewhere"]
    private static let inAccounts = ["keys", "validation", "usage", "accounts", "audit"]

    /// "read keys acme", "create callers", "create store".
    let sentences: Set<String>
    /// The places that he may come from.
    let places: Set<String>
    /// When he ends; the end of the world for one who does not.
    let end: Int64
    /// Whether he may do everything, from everywhere, for good.
    let isLasting: Bool

    static let everywhere: Set<String> = ["10.1.2.3", "10.200.0.1", "192.0.2.9", "any other"]
    private static let allSentences = Set(["*:*", "callers:*"].flatMap(sentences))
    static let everything = NaiveRights(grants: ["*:*", "callers:*"], ips: [], end: nil)

    init(grants: [String], ips: [String], end: Int64?) {
        sentences = Set(grants.flatMap(Self.sentences))
        places = ips.isEmpty ? Self.everywhere : Set(ips.flatMap(Self.places))
        self.end = end ?? .max
        isLasting = ips.isEmpty && end == nil && sentences == Self.allSentences
    }

    private static func sentences(_ grant: String) -> [String] {
        let halves = grant.split(separator: ":")
        let actions =
            halves[1] == "*"
            ? ["create", "read", "update", "delete", "download"] : halves[1].split(separator: ",").map(String.init)
        let path = halves[0].split(separator: "/").map(String.init)
        let accounts = path.count == 2 ? [path[0]] : accounts
        let named = path[path.count - 1]
        var sentences: [String] = []
        for action in actions {
            for resource in inAccounts where named == resource || named == "*" {
                for account in accounts { sentences.append("\(action) \(resource) \(account)") }
            }
            if named == "callers" { sentences.append("\(action) callers") }
            if path.count == 1, named == "store" || named == "*" { sentences.append("\(action) store") }
        }
        return sentences
    }

    private static func places(_ block: String) -> [String] {
        switch block {
        case "10.0.0.0/8": ["10.1.2.3", "10.200.0.1"]
        case "10.1.0.0/16": ["10.1.2.3"]
        case "192.0.2.0/24": ["192.0.2.9"]
        default: []
        }
    }

    /// Whether he may do this to what lies in an account; to the callers, if it is theirs.
    func may(_ action: String, _ resource: String, _ account: String) -> Bool {
        if account == "latchkey" { return sentences.contains("\(action) callers") }
        return sentences.contains("\(action) \(resource) \(account)")
    }

    /// Whether he may do this to anything.
    func mayAnywhere(_ action: String, _ resource: String) -> Bool {
        (Self.accounts + ["latchkey"]).contains { may(action, resource, $0) }
    }

    func mayHandOn(_ other: NaiveRights) -> Bool {
        other.sentences.isSubset(of: sentences) && other.places.isSubset(of: places) && other.end <= end
    }
}
