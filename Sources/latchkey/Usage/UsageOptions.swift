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

    @Option(help: .init("End after this many.", valueName: "count"))
    var limit: UInt64?

    func validate() throws {
        if limit == 0 { throw ValidationError("--limit must be at least 1") }
    }

    func request(history: Bool, noFollow: Bool) -> StreamUsageRequest {
        StreamUsageRequest(
            history: history, accountID: account ?? "", keyID: key ?? "", deniedOnly: denied, noFollow: noFollow,
            limit: limit ?? 0)
    }
}
