// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What came of making keys, when nothing is measured with them.
struct BenchKeysResult {
    let options: BenchOptions
    let elapsed: Duration

    private var seconds: Double { elapsed / .seconds(1) }
    private var perSecond: Double { Double(options.keys) / max(seconds, 1e-9) }

    /// For people.
    var block: RecordBlock {
        var block = RecordBlock()
        block.add("Keys", Grouped.text(options.keys))
        block.add("Accounts", Grouped.text(min(options.accounts, options.keys)))
        block.add("Made", "\(Grouped.text(Int(perSecond))) a second", style: .bold)
        if let file = options.writeTokens { block.add("Tokens", file) }
        return block
    }

    /// For programs, in the manner of proto3 JSON.
    var json: String {
        "{\"keys\":\(options.keys),\"accounts\":\(min(options.accounts, options.keys)),"
            + "\"seconds\":\((seconds * 1_000).rounded() / 1_000),"
            + "\"keysPerSecond\":\((perSecond * 10).rounded() / 10)}"
    }
}
