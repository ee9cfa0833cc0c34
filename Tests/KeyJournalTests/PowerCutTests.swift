// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyModel
internal import KeyTesting
internal import Testing

@Suite struct PowerCutTests {
    /// Runs a workload until the power goes. Gives what was acknowledged and everything that was tried.
    private func run(_ storage: SimulatedStorage, seed: UInt64) -> (acknowledged: [Seen], tried: [Seen]) {
        var random = SplitMix64(seed: seed)
        var acknowledged: [Seen] = []
        var tried: [Seen] = []
        do throws(JournalError) {
            var opened: Opened? = nil
            for _ in 0..<2 {
                opened = nil
                let next = try Opened(storage, segmentBytes: 1_024)
                guard next.seen.starts(with: acknowledged) else { return (acknowledged, []) }
                tried = next.seen
                acknowledged = next.seen
                for _ in 0..<5 {
                    for _ in 0...(random.next() % 3) {
                        let entry = try sampleEntry(UInt64(tried.count) + 1)
                        tried.append(Seen(entry))
                        try next.writer.append(entry)
                    }
                    try next.writer.commit()
                    acknowledged = tried
                }
                opened = next
            }
            _ = opened
        } catch {}
        return (acknowledged, tried)
    }

    @Test(
        "storage rules 1, 6, 11: power cut at every operation: all that was acknowledged is recovered, and a prefix",
        arguments: 0..<12 as Range<UInt64>)
    func everyOperation(seed: UInt64) throws {
        let whole = SimulatedStorage()
        let all = run(whole, seed: seed)
        try #require(all.acknowledged.count > 10)
        for operation in 1...whole.operations {
            let storage = SimulatedStorage()
            storage.cutPower(duringOperation: operation)
            let (acknowledged, tried) = run(storage, seed: seed)
            let found = storage.crashed(seed: seed &* 7_919 &+ UInt64(operation))
            do throws(JournalError) {
                let opened = try Opened(found, segmentBytes: 1_024)
                #expect(opened.seen.starts(with: acknowledged), "operation \(operation)")
                #expect(tried.starts(with: opened.seen), "operation \(operation)")
                let more = try opened.write(UInt64(opened.seen.count + 1)...UInt64(opened.seen.count + 3))
                #expect(try Opened(found.crashed(seed: 1), segmentBytes: 1_024).seen == opened.seen + more)
            } catch {
                Issue.record("operation \(operation): \(error)")
            }
        }
    }

    @Test("storage rule 3: an error at any operation is thrown, the writer is dead, and nothing acknowledged is lost")
    func everyError() throws {
        let whole = SimulatedStorage()
        _ = run(whole, seed: 1)
        for operation in 1...whole.operations {
            let storage = SimulatedStorage()
            storage.fail(operation: operation, code: 5)
            let (acknowledged, tried) = run(storage, seed: 1)
            let opened = try Opened(storage.crashed(seed: UInt64(operation)), segmentBytes: 1_024)
            #expect(opened.seen.starts(with: acknowledged), "operation \(operation)")
            #expect(tried.starts(with: opened.seen), "operation \(operation)")
        }
    }
}
