// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The options of every command that changes what is there.
struct ChangeOptions: ParsableArguments {
    @Option(help: .init("Refuse unless its revision is this: nobody changed it meanwhile.", valueName: "revision"))
    var expectRevision: UInt64?

    @OptionGroup var retry: RequestIDOption

    func validate() throws {
        if expectRevision == 0 { throw ValidationError("--expect-revision is at least 1; leave it out for any") }
    }

    /// 0 = any.
    var revision: UInt64 { expectRevision ?? 0 }
    var requestID: [UInt8] { retry.bytes }
}
