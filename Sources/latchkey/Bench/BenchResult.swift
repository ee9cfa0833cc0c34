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
    private var validates: UInt64 { tally.latency.totalCount - tally.unanswered }
    private var perSecond: Double { Double(tally.answersInTime) / seconds }
    private var refused: UInt64 { tally.refusals.values.reduce(0, +) }
    /// Not one call was taken on.
    var isRefused: Bool { validates == 0 && refused > 0 }
    /// Everything that was asked was answered, or refused as a server does at its limits.
    var isWhole: Bool { errorCount == 0 && connectionsLost == 0 && tally.unanswered == 0 }
    private var errorCount: UInt64 { tally.errors.values.reduce(0, +) }
    private var connectionsLost: Int { tally.connectionsLost }

    private typealias Percentile = (name: String, key: String, value: Double)

    private static let percentiles: [Percentile] = [
        ("p50", "p50", 50), ("p90", "p90", 90), ("p99", "p99", 99), ("p99.9", "p999", 99.9), ("max", "max", 100),
    ]

    private static let latenesses: [Percentile] = [("p50", "p50", 50), ("p99", "p99", 99), ("max", "max", 100)]

    private static func value(_ percentile: Double, of histogram: Histogram<UInt64>) -> UInt64 {
        min(histogram.valueAtPercentile(percentile), histogram.max)
    }

    /// For people.
    var block: RecordBlock {
        var block = RecordBlock()
        let threads = options.threads == 1 ? "1 thread" : "\(options.threads) threads"
        let connections = Grouped.count(options.connections, "connection")
        let load =
            if let rate = options.rate {
                "\(Grouped.text(rate)) a second over \(connections), at most \(options.callsInFlight) in flight each"
            } else { "\(connections) with \(options.callsInFlight) in flight each" }
        block.add("Load", "\(load), \(threads), \(Grouped.decimals(seconds)) s")
        block.add("Keys", Grouped.text(keys))
        block.add("Throughput", "\(Grouped.text(Int(perSecond))) a second", style: .bold)
        if tally.latency.totalCount > 0 {
            for (name, _, value) in Self.percentiles {
                block.add(name, Grouped.time(nanoseconds: Self.value(value, of: tally.latency)))
            }
        }
        let verdicts = tally.verdictCounts.map { "\($0.name) \(Grouped.text($0.count))" }
        block.add("Verdicts", verdicts.isEmpty ? "none" : verdicts.joined(separator: ", "))
        if refused > 0 {
            let reasons = tally.refusals.sorted { $0.key < $1.key }.map { "\($0.key) \(Grouped.text($0.value))" }
            let share = Double(refused) * 100 / Double(refused + tally.latency.totalCount)
            block.add(
                "Refused", "\(reasons.joined(separator: ", ")): \(Grouped.decimals(share)) % of all", style: .yellow)
        }
        let errors = tally.errors.sorted { $0.key < $1.key }.map { "\($0.key) \(Grouped.text($0.value))" }
        block.add(
            "Errors", errors.isEmpty ? "none" : errors.joined(separator: ", "), style: errors.isEmpty ? nil : .red)
        if options.rate != nil { addOpenLoop(to: &block) }
        if connectionsLost > 0 { block.add("Lost", Grouped.count(connectionsLost, "connection"), style: .red) }
        block.add("Generator", "\(Int((generatorCores * 100).rounded())) % of one core")
        return block
    }

    private func addOpenLoop(to block: inout RecordBlock) {
        let (waits, unanswered) = (tally.waits, tally.unanswered)
        block.add(
            "Waits", waits == 0 ? "none" : "\(Grouped.text(waits)) calls, with \(options.callsInFlight) in flight",
            style: waits == 0 ? nil : .yellow)
        if unanswered > 0 { block.add("Unanswered", "\(Grouped.text(unanswered)) calls", style: .red) }
        guard tally.lateness.totalCount > 0 else { return }
        let times = Self.latenesses.map {
            "\($0.name) \(Grouped.time(nanoseconds: Self.value($0.value, of: tally.lateness)))"
        }
        block.add("Sent late", times.joined(separator: ", "))
    }

    /// For programs, in the manner of proto3 JSON. Latencies are in microseconds.
    var json: String {
        let latencies = Self.json(Self.percentiles, of: tally.latency)
        let verdicts = tally.verdictCounts.map { "\"\($0.name)\":\"\($0.count)\"" }
        let errors = tally.errors.sorted { $0.key < $1.key }.map { "\"\(Self.escaped($0.key))\":\"\($0.value)\"" }
        let refusals = tally.refusals.sorted { $0.key < $1.key }.map { "\"\(Self.escaped($0.key))\":\"\($0.value)\"" }
        var fields = [
            "\"connections\":\(options.connections)", "\"depth\":\(options.callsInFlight)",
            "\"threads\":\(options.threads)",
            "\"keys\":\(keys)", "\"seconds\":\(seconds)", "\"validates\":\"\(validates)\"",
            "\"perSecond\":\((perSecond * 10).rounded() / 10)",
            "\"latencyMicroseconds\":\(latencies)",
            "\"verdicts\":{\(verdicts.joined(separator: ","))}", "\"errors\":{\(errors.joined(separator: ","))}",
            "\"refused\":{\(refusals.joined(separator: ","))}",
            "\"connectionsLost\":\(connectionsLost)",
            "\"generatorCores\":\((generatorCores * 1_000).rounded() / 1_000)",
        ]
        if let rate = options.rate {
            fields += [
                "\"rate\":\(rate)", "\"waits\":\"\(tally.waits)\"", "\"unanswered\":\"\(tally.unanswered)\"",
                "\"sendLatenessMicroseconds\":\(Self.json(Self.latenesses, of: tally.lateness))",
            ]
        }
        return "{\(fields.joined(separator: ","))}"
    }

    private static func json(_ percentiles: [Percentile], of histogram: Histogram<UInt64>) -> String {
        let fields = percentiles.map { "\"\($0.key)\":\(Double(value($0.value, of: histogram)) / 1_000)" }
        return "{\(fields.joined(separator: ","))}"
    }

    /// A reason comes from the server, and might be anything.
    private static func escaped(_ text: String) -> String {
        text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
