// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// The rights that callers usually have, under one word.
enum CallerRole: String, CaseIterable, ExpressibleByArgument {
    /// Everything, callers included.
    case administrator
    /// Makes keys, changes them and ends them.
    case issuer
    /// Asks whether a key may do what is asked: a service that is called with keys.
    case validator
    /// Sees everything and changes nothing.
    case auditor

    var grants: [Grant] {
        switch self {
        case .administrator: CallerRights.administratorGrants
        case .issuer: [Self.grant(.keys, [.create, .read, .update, .delete]), Self.grant(.accounts, [.read])]
        case .validator: [Self.grant(.validation, [.read]), Self.grant(.usage, [.create])]
        case .auditor:
            [
                Self.grant(.usage, [.read]), Self.grant(.audit, [.read]), Self.grant(.keys, [.read]),
                Self.grant(.accounts, [.read]),
            ]
        }
    }

    private static func grant(_ resource: CallerResource, _ actions: [Action]) -> Grant {
        Grant(resource: resource.rawValue, actions: ActionSet(actions))
    }

    /// What grants come to, in few words: "validator", "issuer: acme", "keys:read and 2 more".
    static func words(for grants: [Grant]) -> String {
        var scopes: [String: [String: ActionSet]] = [:]
        for grant in grants {
            let parts = grant.resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let (account, resource) = parts.count == 2 ? (String(parts[0]), parts[1]) : ("", parts[0])
            scopes[account, default: [:]][String(resource), default: []].formUnion(grant.actions)
        }
        let role = allCases.first { role in
            let rights = Dictionary(uniqueKeysWithValues: role.grants.map { ($0.resource, $0.actions) })
            return scopes.values.allSatisfy { $0 == rights }
        }
        guard let role, !grants.isEmpty, scopes.count == 1 || scopes[""] == nil else {
            return GrantArgument.summary(of: grants)
        }
        let accounts = scopes.keys.filter { !$0.isEmpty }.sorted()
        return role.rawValue + (accounts.isEmpty ? "" : ": " + accounts.joined(separator: ", "))
    }
}
