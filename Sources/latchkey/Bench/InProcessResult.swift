// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What came of a measurement without a server.
struct InProcessResult {
    let options: BenchOptions
    let keys: Int
    /// Of each thread, one for each kind of keys: those without rules first.
    let tallies: [[InProcessTally]]

    /// Of the keys with rules, if there are any.
    private var main: [InProcessTally] { tallies.compactMap(\.last) }
    private var bare: [InProcessTally] { tallies.compactMap(\.first) }

    private var validates: Int { main.reduce(0) { $0 + $1.validates } }
    private var nanosecondsEach: Double { Self.nanosecondsEach(main) }
    private var allocationsEach: Double {
        Double(main.reduce(0) { $0 + $1.allocations }) / Double(max(1, validates))
    }
    private var perSecond: Double {
        main.reduce(0) { $0 + Double($1.validates) * 1e9 / Double(max(1, $1.nanoseconds)) }
    }
    private var ratio: Double { nanosecondsEach / max(1, Self.nanosecondsEach(bare)) }

    private static func nanosecondsEach(_ tallies: [InProcessTally]) -> Double {
        Double(tallies.reduce(0) { $0 + $1.nanoseconds }) / Double(max(1, tallies.reduce(0) { $0 + $1.validates }))
    }

    /// For people.
    var block: RecordBlock {
        var block = RecordBlock()
        let threads = options.threads == 1 ? "1 thread" : "\(options.threads) threads"
        block.add("Load", "in process, \(threads), \(options.callsInFlight) a batch")
        block.add("Keys", Grouped.text(keys))
        block.add("Throughput", "\(Grouped.text(Int(perSecond))) a second", style: .bold)
        block.add("Each", "\(Grouped.decimals((nanosecondsEach * 10).rounded() / 10)) ns of its thread")
        if options.rules != .none {
            block.add("Without rules", "\(Grouped.decimals(Self.nanosecondsEach(bare))) ns")
            block.add("Rules cost", "\((ratio * 1_000).rounded() / 1_000) times as much", style: .bold)
        }
        block.add("Heap", "\((allocationsEach * 10_000).rounded() / 10_000) allocations each")
        block.add("Valid", "\(Grouped.text(main.reduce(0) { $0 + $1.valid })) of \(Grouped.text(validates))")
        return block
    }

    /// For programs, in the manner of proto3 JSON.
    var json: String {
        var text =
            "{\"threads\":\(options.threads),\"depth\":\(options.callsInFlight),\"keys\":\(keys),\"validates\":\"\(validates)\","
            + "\"perSecond\":\((perSecond * 10).rounded() / 10),\"nanosecondsEach\":\(nanosecondsEach),"
            + "\"allocationsEach\":\(allocationsEach),\"valid\":\"\(main.reduce(0) { $0 + $1.valid })\""
        if options.rules != .none {
            text +=
                ",\"rules\":\"\(options.rules.rawValue)\",\"bareNanosecondsEach\":\(Self.nanosecondsEach(bare)),"
                + "\"ratio\":\(ratio)"
        }
        return text + "}"
    }
}
