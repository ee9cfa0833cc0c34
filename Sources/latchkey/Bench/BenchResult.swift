// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Histogram
internal import KeyModel

/// What came of a measurement.
struct BenchResult {
    let options: BenchOptions
    let keys: Int
    let tally: BenchTally
    /// How many cores' worth of time this process used while it measured.
    let generatorCores: Double

    private var seconds: Double { options.seconds.duration / .seconds(1) }
    private var validates: UInt64 { tally.latency.totalCount }
    private var perSecond: Double { Double(validates) / seconds }
    var errorCount: UInt64 { tally.errors.values.reduce(0, +) }
    var connectionsLost: Int { tally.connectionsLost }

    private static let percentiles: [(name: String, key: String, value: Double)] = [
        ("p50", "p50", 50), ("p90", "p90", 90), ("p99", "p99", 99), ("p99.9", "p999", 99.9), ("max", "max", 100),
    ]

    private func latency(_ percentile: Double) -> UInt64 {
        min(tally.latency.valueAtPercentile(percentile), tally.latency.max)
    }

    /// For people.
    var block: RecordBlock {
        var block = RecordBlock()
        let threads = options.threads == 1 ? "1 thread" : "\(options.threads) threads"
        block.add(
            "Load",
            "\(Grouped.text(options.connections)) connections with \(options.depth) in flight each, \(threads), "
                + "\(Grouped.decimals(seconds)) s")
        block.add("Keys", Grouped.text(keys))
        block.add("Throughput", "\(Grouped.text(Int(perSecond))) a second", style: .bold)
        if validates > 0 {
            for (name, _, value) in Self.percentiles { block.add(name, Grouped.time(nanoseconds: latency(value))) }
        }
        let verdicts = tally.verdictCounts.map { "\($0.name) \(Grouped.text($0.count))" }
        block.add("Verdicts", verdicts.isEmpty ? "none" : verdicts.joined(separator: ", "))
        let errors = tally.errors.sorted { $0.key < $1.key }.map { "\($0.key) \(Grouped.text($0.value))" }
        block.add(
            "Errors", errors.isEmpty ? "none" : errors.joined(separator: ", "), style: errors.isEmpty ? nil : .red)
        if connectionsLost > 0 { block.add("Lost", "\(connectionsLost) connections", style: .red) }
        block.add("Generator", "\(Int((generatorCores * 100).rounded())) % of one core")
        return block
    }

    /// For programs, in the manner of proto3 JSON. Latencies are in microseconds.
    var json: String {
        let latencies = Self.percentiles.map { "\"\($0.key)\":\(Double(latency($0.value)) / 1_000)" }
        let verdicts = tally.verdictCounts.map { "\"\($0.name)\":\"\($0.count)\"" }
        let errors = tally.errors.sorted { $0.key < $1.key }.map { "\"\(Self.escaped($0.key))\":\"\($0.value)\"" }
        let fields = [
            "\"connections\":\(options.connections)", "\"depth\":\(options.depth)", "\"threads\":\(options.threads)",
            "\"keys\":\(keys)", "\"seconds\":\(seconds)", "\"validates\":\"\(validates)\"",
            "\"perSecond\":\((perSecond * 10).rounded() / 10)",
            "\"latencyMicroseconds\":{\(latencies.joined(separator: ","))}",
            "\"verdicts\":{\(verdicts.joined(separator: ","))}", "\"errors\":{\(errors.joined(separator: ","))}",
            "\"connectionsLost\":\(connectionsLost)",
            "\"generatorCores\":\((generatorCores * 1_000).rounded() / 1_000)",
        ]
        return "{\(fields.joined(separator: ","))}"
    }

    /// A reason comes from the server, and might be anything.
    private static func escaped(_ text: String) -> String {
        text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
