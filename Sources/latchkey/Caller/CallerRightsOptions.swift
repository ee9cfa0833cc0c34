// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// What a caller may do, on the command line.
struct CallerRightsOptions: ParsableArguments {
    @Option(
        help: .init("The rights of a role: administrator, issuer, validator or auditor.", valueName: "role"))
    var role: CallerRole?

    @Option(
        help: .init("A right more, as RESOURCE:ACTION,... such as usage:read; may be repeated.", valueName: "grant"),
        transform: GrantArgument.parse)
    var grant: [Grant] = []

    @Option(
        help: .init("Narrow all of these rights to this account; may be repeated.", valueName: "account"),
        completion: .accounts)
    var account: [String] = []

    var isEmpty: Bool { role == nil && grant.isEmpty && account.isEmpty }

    /// Not in validate(), which would be asked before a misspelt flag is complained of.
    func grants() throws(CommandFailure) -> [Grant] {
        let all = (role?.grants ?? []) + grant
        if all.isEmpty {
            throw CommandFailure(
                "nothing says what the caller may do",
                hint: "give --role administrator, issuer, validator or auditor, or --grant RESOURCE:ACTION,...",
                status: .usage)
        }
        if account.isEmpty { return all }
        if role == .administrator {
            throw CommandFailure(
                "an administrator is one of all accounts",
                hint: "for everything in some accounts say --grant '*:*' --account ACCOUNT", status: .usage)
        }
        if let narrow = all.first(where: { $0.resource.contains("/") }) {
            throw CommandFailure(
                "\(GrantArgument.text(narrow)) names an account already",
                hint: "leave --account out, and name the account in each grant", status: .usage)
        }
        return account.flatMap { account in
            all.map { Grant(resource: "\(account)/\($0.resource)", actions: $0.actions, fields: $0.fields) }
        }
    }
}
