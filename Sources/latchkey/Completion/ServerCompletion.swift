// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyClient
internal import KeyModel

/// What a shell offers for a word that only the running server knows: keys' ids and accounts. Whatever goes wrong,
/// nothing is offered and nothing is said: somebody is typing.
struct ServerCompletion {
    /// How long a person who has pressed Tab may wait, beside the moment that a client leaves to an answer that is late.
    private static let patience = Duration.milliseconds(Limits.completionMilliseconds)
    /// More would not help who looks at them.
    static let wordsMax = 200

    private let client: KeyClient
    private let end: ContinuousClock.Instant

    /// Of the server that the command line is for; no more than `wordsMax`, each with a note about it.
    static func offers(
        _ words: [String], _ find: (ServerCompletion) async -> [(word: String, note: String)]
    ) async -> [String] {
        let line = CompletedLine(words)
        var options = ConnectionOptions()
        options.address = line.value(of: "--address")
        options.timeout = nil
        options.tokenFile = line.value(of: "--token-file")
        options.output = .table
        // What was not parsed has no values, not even none.
        var tls = ClientTLSOptions()
        tls.authorities = line.value(of: "--tls-ca")
        tls.certificate = line.value(of: "--tls-certificate")
        tls.key = line.value(of: "--tls-key")
        options.tls = tls
        guard let address = try? options.serverAddress() else { return [] }
        let configuration = ClientConfiguration(
            timeout: patience, connectTimeout: patience, waitsForConnection: false,
            token: try? options.token(for: address), tls: (try? tls.files()) ?? ClientTLSFiles())
        let completion = ServerCompletion(
            client: KeyClient(address, configuration: configuration), end: .now + patience)
        let found = await find(completion)
        await completion.client.close()
        return found.prefix(wordsMax).map { written($0.word, note: $0.note) }
    }

    /// Accounts that begin so, by their ids.
    func accounts(_ prefix: String) async -> [String] {
        var found: [String] = []
        // Ids are in order, and behind the shortest that begins so come all the others.
        if !prefix.isEmpty, (try? await client.getAccount(.init(accountID: prefix), timeout: left)) != nil {
            found.append(prefix)
        }
        var request = ListAccountsRequest(limit: UInt32(Limits.longestPage), startingAfter: prefix)
        while found.count < Self.wordsMax {
            guard let page = try? await client.listAccounts(request, timeout: left) else { break }
            let those = page.accounts.map(\.settings.id).prefix { $0.hasPrefix(prefix) }
            found += those
            if page.nextCursor.isEmpty || those.count < page.accounts.count { break }
            request.startingAfter = page.nextCursor
        }
        return found
    }

    /// An account's keys that begin so, newest first.
    func keys(of account: String, _ prefix: String, _ filter: KeyFilter) async -> [Key] {
        var request = ListKeysRequest(accountID: account, filter: filter, limit: UInt32(Limits.longestPage))
        var found: [Key] = []
        while found.count < Self.wordsMax {
            guard let page = try? await client.listKeys(request, timeout: left) else { break }
            found += page.keys.filter { $0.id.description.hasPrefix(prefix) }
            if page.nextCursor.isEmpty { break }
            request.startingAfter = page.nextCursor
        }
        return found
    }

    /// What there is still time for; none = a call that is refused at once.
    private var left: Duration { max(end - .now, .zero) }

    /// As the shell reads it: zsh and fish show a note beside the word.
    private static func written(_ word: String, note: String) -> String {
        let note = Printable.line(note)
        return switch CompletionShell.requesting {
        case .zsh: "\(word):\(note)"
        case .fish: "\(word)\t\(note)"
        default: word
        }
    }
}
