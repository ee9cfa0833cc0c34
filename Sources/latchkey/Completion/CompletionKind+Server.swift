// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

extension CompletionKind {
    /// The ids of accounts.
    static let accounts = CompletionKind.custom { words, _, prefix in
        await ServerCompletion.offers(words) { server in
            await server.accounts(prefix).map { ($0, "account") }
        }
    }

    /// The ids of callers that the command can do something with.
    static let callerIDs = CompletionKind.custom { words, _, prefix in
        let line = CompletedLine(words)
        return await ServerCompletion.offers(words) { server in
            await server.keys(of: AccountSettings.callersID, prefix, line.filter).filter(line.suits).map {
                ($0.id.description, "\($0.name) (\($0.status.name))")
            }
        }
    }

    /// The ids of keys that the command can do something with: those of `--account`, or of every account.
    static let keyIDs = CompletionKind.custom { words, _, prefix in
        let line = CompletedLine(words)
        return await ServerCompletion.offers(words) { server in
            let given = line.value(of: "--account")
            let accounts = if let given { [given] } else { await server.accounts("") }
            var found: [(String, String)] = []
            for account in accounts {
                for key in await server.keys(of: account, prefix, line.filter) where line.suits(key) {
                    found.append((key.id.description, "\(key.name) (\(key.accountID), \(key.status.name))"))
                }
                if found.count >= ServerCompletion.wordsMax { break }
            }
            return found
        }
    }
}

extension CompletedLine {
    private var changes: Bool {
        ["update", "disable", "enable", "revoke", "rekey", "retire-secrets"].contains { contains($0) }
    }

    fileprivate var filter: KeyFilter { contains("disable") ? .active : contains("enable") ? .inactive : .all }

    /// A revoked key can only be looked at, and enabling is for keys that were disabled.
    fileprivate func suits(_ key: Key) -> Bool {
        contains("enable") ? key.status == .disabled : !changes || key.status != .revoked
    }
}
