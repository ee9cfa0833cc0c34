// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What came of a measurement without a server.
struct InProcessResult {
    let options: BenchOptions
    let keys: Int
    let tallies: [InProcessTally]

    private var validates: Int { tallies.reduce(0) { $0 + $1.validates } }
    private var nanosecondsEach: Double {
        Double(tallies.reduce(0) { $0 + $1.nanoseconds }) / Double(max(1, validates))
    }
    private var allocationsEach: Double {
        Double(tallies.reduce(0) { $0 + $1.allocations }) / Double(max(1, validates))
    }
    private var perSecond: Double {
        tallies.reduce(0) { $0 + Double($1.validates) * 1e9 / Double(max(1, $1.nanoseconds)) }
    }

    /// For people.
    var block: RecordBlock {
        var block = RecordBlock()
        let threads = options.threads == 1 ? "1 thread" : "\(options.threads) threads"
        block.add("Load", "in process, \(threads), \(options.callsInFlight) a batch")
        block.add("Keys", Grouped.text(keys))
        block.add("Throughput", "\(Grouped.text(Int(perSecond))) a second", style: .bold)
        block.add("Each", "\(Grouped.decimals((nanosecondsEach * 10).rounded() / 10)) ns of its thread")
        block.add("Heap", "\((allocationsEach * 10_000).rounded() / 10_000) allocations each")
        block.add("Valid", "\(Grouped.text(tallies.reduce(0) { $0 + $1.valid })) of \(Grouped.text(validates))")
        return block
    }

    /// For programs, in the manner of proto3 JSON.
    var json: String {
        "{\"threads\":\(options.threads),\"depth\":\(options.callsInFlight),\"keys\":\(keys),\"validates\":\"\(validates)\","
            + "\"perSecond\":\((perSecond * 10).rounded() / 10),\"nanosecondsEach\":\(nanosecondsEach),"
            + "\"allocationsEach\":\(allocationsEach)}"
    }
}
