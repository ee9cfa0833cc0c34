// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyClient
internal import KeyModel
internal import KeyWire
internal import NIOCore

/// Sends keys in batches, several of them at once, and counts what became of them.
struct Importer {
    private let client: KeyClient
    private let isDryRun: Bool
    private let progress: Progress
    private(set) var tally = ImportTally()
    /// A row that did not fit the batch before.
    private var held: (row: ImportRow, bytes: Int)?

    private struct Sent {
        let rows: [ImportRow]
        let reply: Task<ImportKeysResponse, any Error>
    }

    init(_ client: KeyClient, isDryRun: Bool, rows: Int) {
        self.client = client
        self.isDryRun = isDryRun
        progress = Progress(doing: isDryRun ? "checking keys" : "importing keys", total: rows)
    }

    /// Ends with the last of them, or throws what ended it before: what was answered until then is in `tally`.
    mutating func run(_ file: ImportFile) async throws {
        var sent: [Sent] = []
        defer {
            for sent in sent { sent.reply.cancel() }
            progress.end()
        }
        while true {
            while sent.count < Limits.importsInFlight, let rows = try batch(file) {
                let (client, request) = (client, ImportKeysRequest(keys: rows.map(\.key), dryRun: isDryRun))
                sent.append(Sent(rows: rows, reply: Task { try await Self.send(request, client) }))
            }
            // In the order of the file, whichever is answered first.
            guard let first = sent.first else { return }
            let results = try await first.reply.value.results
            sent.removeFirst()
            guard results.count == first.rows.count else {
                throw CommandFailure("the server answered for another number of keys", status: .internal)
            }
            for (row, result) in zip(first.rows, results) { count(row, result) }
            progress.reach(tally.total)
        }
    }

    private static func send(_ request: ImportKeysRequest, _ client: KeyClient) async throws -> ImportKeysResponse {
        for _ in 1..<Limits.importAttempts {
            do throws(Refusal) {
                return try await client.importKeys(request)
            } catch {
                guard let wait = wait(after: error) else { throw error }
                // As long as the server asks for.
                try await Task.sleep(for: .nanoseconds(wait.nanoseconds), clock: .continuous)
            }
        }
        return try await client.importKeys(request)
    }

    /// How long the server asks to be left alone for, which has too much to do; `nil` = the same again is of no use.
    static func wait(after refusal: Refusal) -> TimeSpan? {
        refusal.reason == .storeBusy || refusal.reason == .overloaded ? refusal.retryAfter : nil
    }

    /// The next rows that go into one call; `nil` when there are none.
    private mutating func batch(_ file: ImportFile) throws -> [ImportRow]? {
        var rows: [ImportRow] = []
        var left = Limits.clientFrameBytes
        if let held { (rows, left) = ([held.row], left - held.bytes) }
        held = nil
        while rows.count < Limits.importedKeys, let row = try file.next() {
            let bytes = Self.bytes(row.key)
            if bytes > Limits.clientFrameBytes {
                count(row, .init(keyID: "", reason: .frameTooLarge, message: "its rules are larger than a call may be"))
            } else if bytes > left {
                held = (row, bytes)
                break
            } else {
                rows.append(row)
                left -= bytes
            }
        }
        return rows.isEmpty ? nil : rows
    }

    /// What it takes in a call, or a little more: the call of it alone, with its length before it.
    private static func bytes(_ key: ImportedKey) -> Int {
        var buffer = ByteBuffer()
        let call = Call.importKeys(ImportKeysRequest(keys: [key], dryRun: true))
        ClientFrame(id: .max, timeoutMilliseconds: .max, content: .call(call)).encode(into: &buffer)
        return buffer.readableBytes
    }

    private mutating func count(_ row: ImportRow, _ result: ImportResult) {
        tally.add(result)
        if result.isImported || result.reason == .keyExists { return }
        progress.end()
        StandardError.write(Printable.line("line \(row.line): \(result.reason.rawValue): \(result.message)") + "\n")
    }
}
