// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyTesting
internal import Testing

@Suite struct CrashTallyTests {
    private let seeds = SimulatedStorageTests.seeds

    @Test("storage rule 11: a cut counts what it dropped, tore and reordered, as the disk that is found shows")
    func counts() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        try file.write([UInt8](repeating: 2, count: 2 * SimulatedStorageTests.page), at: 0)
        try file.write([2], at: UInt64(3 * SimulatedStorageTests.page))
        var sum = CrashTally()
        for seed in seeds {
            let found = storage.crashed(seed: seed)
            let bytes = try #require(found.contents("/a"))
            let survived = [0, 1, 3].map { bytes[$0 * SimulatedStorageTests.page] == 2 }
            let firstSurvived = survived[0] || survived[1]
            var expected = CrashTally()
            expected.cuts = 1
            expected.torn = survived[0] != survived[1] ? 1 : 0
            expected.dropped = (firstSurvived ? 0 : 1) + (survived[2] ? 0 : 1)
            expected.reordered = !firstSurvived && survived[2] ? 1 : 0
            #expect(found.tally == expected, "seed \(seed)")
            sum += found.tally
        }
        #expect(sum.cuts == seeds.count)
        #expect(sum.torn > 0 && sum.dropped > 0 && sum.reordered > 0)
        #expect(storage.tally == CrashTally())
    }

    @Test("storage rule 11: order is that of the whole disk, restarts included")
    func order() throws {
        let (first, file) = try SimulatedStorageTests.disk()
        for _ in 0..<9 { try file.write([2], at: 0) }
        let storage = first.restarted()
        _ = try storage.open("/b", .creating(mode: 0o600))
        for seed in seeds {
            let found = storage.crashed(seed: seed)
            let isNameLost = found.contents("/b") == nil
            if isNameLost && found.tally.dropped == 1 { #expect(found.tally.reordered == 0, "seed \(seed)") }
            if !isNameLost { #expect(found.tally.reordered == min(1, found.tally.dropped), "seed \(seed)") }
        }
    }

    @Test("storage rule 11: the count goes on with the disk that is found, and nothing unsynced means nothing lost")
    func carriedOn() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        storage.fail(operation: storage.operations + 1, code: 5)
        #expect(throws: StorageError.self) { try file.sync() }
        let found = storage.crashed(seed: 1).restarted().crashed(seed: 2)
        var expected = CrashTally()
        expected.cuts = 2
        expected.errors = 1
        #expect(found.tally == expected)
        let rows = found.tally.description.split(separator: "\n")
        #expect(rows.count == 7)
        #expect(rows.first == "| power cuts | 2 |")
    }
}
