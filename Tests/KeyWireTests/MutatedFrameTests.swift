// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import KeyWire
import Testing

@Suite struct MutatedFrameTests {
    private static let shards = 8
    private static let framesPerShard = 125_000

    /// A run is repeated with LATCHKEY_SEED set to the seed that it printed.
    private static func seed() throws -> UInt64 {
        guard let text = ProcessInfo.processInfo.environment["LATCHKEY_SEED"] else { return 0x4C61_7463_686B_6579 }
        return try #require(UInt64(text), "LATCHKEY_SEED is not a number from 0 to 2^64 - 1: \(text)")
    }

    /// Every call, each with an id of three bytes, and some that this version refuses.
    private static let messages: [[UInt8]] = {
        let calls = SampleCalls.all.filter { $0 != .validate(SampleCalls.validate[3]) }
        let frames = calls.map { ClientFrame(id: 20_000, timeoutMilliseconds: 250, content: .call($0)) }
        let cancel = ClientFrame(id: 20_000, timeoutMilliseconds: 0, content: .cancel(target: 20_001))
        let later = [12, 17, 19, 20, 22, 25, 26, 27].map { Wire.frame(id: 20_000, $0, Wire.number(1, 5)) }
        let grants = Wire.bytes(6, Wire.text(1, "invoices/*") + Wire.bytes(2, [1, 2, 5]) + Wire.text(3, "amount"))
        return (frames + [cancel]).map { Array($0.bytes.dropFirst(4)) } + later
            + [Wire.frame(id: 20_000, CallNumber.createKey, grants + grants)]
    }()

    private static func run(shard: Int, seed: UInt64) async -> FuzzTally {
        guard var connection = FuzzedConnection(seeds: messages, seed: seed &+ UInt64(shard) &* 0xD129_0B1C_7F3A_55E7)
        else {
            var failed = FuzzTally()
            failed.faults.insert("no memory")
            return failed
        }
        while connection.tally.examined < framesPerShard {
            connection.run()
            // Lets other tests have their turn.
            if connection.tally.connections % 32 == 0 { await Task.yield() }
        }
        return connection.tally
    }

    @Test("one million mutated frames: none traps, at least 10 % decode, and memory stays bounded")
    func million() async throws {
        let seed = try Self.seed()
        var sum = FuzzTally()
        await withTaskGroup(of: FuzzTally.self) { group in
            for shard in 0..<Self.shards { group.addTask { await Self.run(shard: shard, seed: seed) } }
            for await tally in group { sum.add(tally) }
        }
        print(
            "mutated frames: LATCHKEY_SEED=\(seed), \(sum.examined) frames over \(sum.connections) connections, "
                + "\(String(format: "%.1f", sum.share)) % decoded, \(sum.refused) refused, \(sum.closed) closed, "
                + "\(sum.paused) pauses")
        #expect(sum.faults.isEmpty, "LATCHKEY_SEED=\(seed)")
        #expect(sum.examined >= 1_000_000)
        #expect(sum.decoded + sum.refused + sum.closed == sum.examined)
        #expect(sum.share >= 10, "LATCHKEY_SEED=\(seed)")
        // The sample would prove little if one of the ends were never met.
        #expect(sum.refused > 0 && sum.closed > 0 && sum.paused > 0)
    }
}
