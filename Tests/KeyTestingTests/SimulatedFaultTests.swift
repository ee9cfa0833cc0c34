// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyTesting
internal import Testing

@Suite struct SimulatedFaultTests {
    private let page = SimulatedStorageTests.page
    private let seeds = SimulatedStorageTests.seeds

    private func code(_ body: () throws -> Void) throws -> Int32? {
        do {
            try body()
            return nil
        } catch let error as StorageError {
            return error.code
        }
    }

    @Test("storage rule 3: pages that a failed sync lost look clean, are never synced, and are gone after a power cut")
    func lostPages() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        let old = try #require(storage.contents("/a"))
        try file.write([UInt8](repeating: 2, count: page + 1), at: 0)
        let new = try #require(storage.contents("/a"))
        storage.fail(SimulatedFault(operation: storage.operations + 1, code: 5, losesPages: true))
        #expect(try code { try file.sync() } == 5)
        #expect(try code { try file.sync() } == nil)
        #expect(storage.tally.lostPages == 2)
        #expect(storage.contents("/a") == new)

        let restarted = storage.restarted()
        let again = try restarted.open("/a", .writing)
        #expect(try again.read(10_000, at: 0) == new)
        try again.write([3], at: UInt64(3 * page))
        try again.sync()
        for seed in seeds {
            let found = restarted.crashed(seed: seed)
            #expect(found.contents("/a") == old[..<(3 * page)] + [3] + old[(3 * page + 1)...])
            #expect(found.tally.lostPages == 2)
        }
    }

    @Test("storage rule 3: a lost page that is written again is synced whole")
    func lostPagesRewritten() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        try file.write([UInt8](repeating: 2, count: 2 * page), at: 0)
        storage.fail(SimulatedFault(operation: storage.operations + 1, losesPages: true))
        #expect(try code { try file.sync() } == 5)
        try file.write([3], at: 10)
        try file.sync()
        let found = try #require(storage.crashed(seed: 1).contents("/a"))
        #expect(Array(found[..<page]) == (0..<page).map { $0 == 10 ? 3 : 2 })
        #expect(found[page...].allSatisfy { $0 == 1 })
    }

    @Test("storage rule 3: a sync that only fails leaves everything to the next one")
    func failedSync() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        try file.write([2], at: 0)
        storage.fail(operation: storage.operations + 1, code: 5)
        #expect(try code { try file.sync() } == 5)
        #expect(Set(seeds.map { storage.crashed(seed: $0).contents("/a")?.first }) == [1, 2])
        try file.sync()
        #expect(Set(seeds.map { storage.crashed(seed: $0).contents("/a")?.first }) == [2])
    }

    @Test(
        "storage rule 3: a short write leaves its first bytes, in the file and beyond its end", arguments: [0, 1, 700])
    func shortWrite(shortBytes: Int) throws {
        let (storage, _) = try SimulatedStorageTests.disk()
        let old = try #require(storage.contents("/a"))
        for offset in [100, old.count - 50, old.count] {
            let copy = storage.restarted()
            copy.fail(SimulatedFault(operation: 1, code: 28, shortBytes: shortBytes))
            let file = try copy.open("/a", .writing)
            #expect(try code { try file.write([UInt8](repeating: 2, count: 1_000), at: UInt64(offset)) } == 28)
            let short = [UInt8](repeating: 2, count: shortBytes)
            #expect(copy.contents("/a") == old[..<offset] + short + old[min(offset + shortBytes, old.count)...])
            #expect(copy.tally.errors == 1)
            #expect(copy.tally.shortWrites == (shortBytes > 0 ? 1 : 0))
        }
    }

    @Test("storage rule 11: several faults, then a cut, in one life")
    func several() throws {
        let (storage, file) = try SimulatedStorageTests.disk()
        let start = storage.operations
        storage.fail(operation: start + 1, code: 5)
        storage.fail(operation: start + 3, code: 28)
        storage.cutPower(duringOperation: start + 4)
        let codes = try (1...5).map { _ in try code { try file.write([2], at: 0) } }
        #expect(codes == [5, nil, 28, 5, 5])
        #expect(storage.tally.errors == 2)
        #expect(try code { _ = try file.read(1, at: 0) } == 5)
        #expect(try storage.crashed(seed: 1).open("/a", .writing).read(1, at: 0).count == 1)
    }
}
