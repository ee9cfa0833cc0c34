// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import KeyModel

/// Which entries of the usage log a command is about.
struct UsageOptions: ParsableArguments {
    @Option(help: "Only this account.", completion: .accounts)
    var account: String?

    @Option(help: .init("Only this key, by its id.", valueName: "id"), completion: .keyIDs)
    var key: String?

    @Flag(help: "Only denials.")
    var denied = false

    @Option(help: .init("Only this verdict, as NOT_FOUND. Can be given more than once.", valueName: "verdict"))
    var verdict: [VerdictArgument] = []

    @Option(help: .init("Begin behind this sequence.", valueName: "sequence"))
    var after: UInt64?

    @Option(help: .init("Begin then: 15m ago, a date or a time.", valueName: "time"))
    var since: SinceArgument?

    @Option(help: .init("End after this many.", valueName: "count"))
    var limit: UInt64?

    func validate() throws {
        if limit == 0 { throw ValidationError("--limit must be at least 1") }
    }

    func request(history: Bool, noFollow: Bool, newestFirst: Bool = false) -> StreamUsageRequest {
        StreamUsageRequest(
            // From sequence 0 is from the beginning.
            history: history || after == 0, afterSequence: after ?? 0, afterTime: since?.time, accountID: account ?? "",
            keyID: key ?? "", verdicts: verdict.map(\.verdict), deniedOnly: denied, noFollow: noFollow,
            limit: limit ?? 0, newestFirst: newestFirst)
    }
}
