// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyJournal
internal import KeyTesting
internal import Testing

@Suite struct SimulatedStorageTests {
    static let page = 512
    static let seeds = 1...64 as ClosedRange<UInt64>

    /// A disk with one synced file, "/a", of four pages of ones.
    static func disk() throws -> (storage: SimulatedStorage, file: any StorageFile) {
        let storage = SimulatedStorage()
        let file = try storage.open("/a", .creating(mode: 0o600))
        try file.write([UInt8](repeating: 1, count: 4 * page), at: 0)
        try file.sync()
        try storage.syncDirectory("/")
        return (storage, file)
    }

    private func pages(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: Self.page).map { Array(bytes[$0..<min($0 + Self.page, bytes.count)]) }
    }

    @Test("storage rule 11: what was synced survives every cut; of the rest any whole pages do, and all ways occur")
    func unsynced() throws {
        let (storage, file) = try Self.disk()
        try file.write([UInt8](repeating: 2, count: 2 * Self.page), at: 0)
        var found: Set<[UInt8]> = []
        for seed in Self.seeds {
            let bytes = try #require(storage.crashed(seed: seed).contents("/a"))
            #expect(pages(bytes).allSatisfy { Set($0).count == 1 }, "a page is written whole or not at all")
            #expect(bytes[(2 * Self.page)...].allSatisfy { $0 == 1 })
            found.insert(pages(bytes).prefix(2).compactMap(\.first))
        }
        #expect(found == [[1, 1], [1, 2], [2, 1], [2, 2]])
        try file.sync()
        for seed in Self.seeds { #expect(storage.crashed(seed: seed).contents("/a") == storage.contents("/a")) }
    }

    @Test("storage rule 11: names survive apart from contents, and only those that were synced for certain")
    func names() throws {
        let (storage, _) = try Self.disk()
        let second = try storage.open("/b", .creating(mode: 0o600))
        try second.write([7], at: 0)
        try second.sync()
        let found = Set(Self.seeds.map { storage.crashed(seed: $0).contents("/b") })
        #expect(found == [nil, [7]])
        #expect(Self.seeds.allSatisfy { storage.crashed(seed: $0).contents("/a") != nil })
        try storage.syncDirectory("/")
        #expect(Self.seeds.allSatisfy { storage.crashed(seed: $0).contents("/b") == [7] })
    }

    @Test("storage rule 11: a linked file is found under either name or both, and under none only while it is new")
    func links() throws {
        func found(isNew: Bool) throws -> Set<[Bool]> {
            let storage = SimulatedStorage()
            for directory in ["/old", "/new"] { try storage.createDirectory(directory, mode: 0o700) }
            try storage.syncDirectory("/")
            let file = try storage.open("/old/a", .creating(mode: 0o600))
            try file.write([9], at: 0)
            try file.sync()
            if !isNew { try storage.syncDirectory("/old") }
            try storage.link("/old/a", to: "/new/a")
            return Set(
                Self.seeds.map { seed in
                    let crashed = storage.crashed(seed: seed)
                    let contents = ["/old/a", "/new/a"].map { crashed.contents($0) }
                    #expect(contents.allSatisfy { $0 == nil || $0 == [9] })
                    #expect(crashed.usedBytes == (contents.contains([9]) ? 1 : 0))
                    return contents.map { $0 != nil }
                })
        }
        #expect(try found(isNew: false) == [[true, false], [true, true]])
        #expect(try found(isNew: true) == [[false, false], [true, false], [false, true], [true, true]])
    }

    @Test("storage rule 11: a removed file is gone and its space free, or it is back whole; a new one is not mixed up")
    func removal() throws {
        let (storage, file) = try Self.disk()
        let old = storage.contents("/a")
        try storage.remove("/a")
        #expect(storage.usedBytes == 0)
        #expect(try file.read(10, at: 0).count == 10)
        var found: Set<[UInt8]?> = []
        for seed in Self.seeds {
            let crashed = storage.crashed(seed: seed)
            let contents = crashed.contents("/a")
            found.insert(contents)
            #expect(crashed.usedBytes == contents?.count ?? 0)
            try crashed.open("/b", .creating(mode: 0o600)).write([5], at: 0)
            #expect(crashed.contents("/b") == [5])
            #expect(crashed.contents("/a") == contents)
        }
        #expect(found == [nil, old])
    }

    @Test("storage rule 11: one seed, one result; the disk itself is left as it is, and what is found shares nothing")
    func seeds() throws {
        let (storage, file) = try Self.disk()
        try file.write([UInt8](repeating: 2, count: 4 * Self.page), at: 0)
        let before = storage.contents("/a")
        for seed in Self.seeds {
            let (first, second) = (storage.crashed(seed: seed), storage.crashed(seed: seed))
            #expect(first.contents("/a") == second.contents("/a"))
            #expect(first.tally == second.tally)
            try first.open("/a", .writing).write([UInt8](repeating: 3, count: 10), at: 0)
            #expect(first.contents("/a") != second.contents("/a"))
        }
        #expect(storage.contents("/a") == before)
    }

    @Test("storage rule 11: a file reads as it was written, through any writes, sizes, syncs and restarts")
    func asWritten() throws {
        var random = SplitMix64(seed: 11)
        var storage = try Self.disk().storage
        var file = try storage.open("/a", .writing)
        var expected = try #require(storage.contents("/a"))
        func resize(_ size: Int) {
            expected.removeLast(max(0, expected.count - size))
            expected += [UInt8](repeating: 0, count: size - expected.count)
        }
        for step in 0..<2_000 {
            switch random.next() % 9 {
            case 0:
                resize(Int(random.next() % 6_000))
                try file.truncate(to: UInt64(expected.count))
            case 1:
                try file.sync()
                let next = storage.crashed(seed: random.next())
                try #require(next.contents("/a") == expected, "step \(step)")
                storage = random.next() % 2 == 0 ? next : storage
                file = try storage.open("/a", .writing)
            case 2:
                storage = storage.restarted()
                file = try storage.open("/a", .writing)
            default:
                let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: Int(random.next() % 1_500))
                let offset = Int(random.next() % 5_000)
                if !bytes.isEmpty { resize(max(expected.count, offset + bytes.count)) }
                expected.replaceSubrange(
                    min(offset, expected.count)..<min(offset + bytes.count, expected.count), with: bytes)
                try file.write(bytes, at: UInt64(offset))
            }
            #expect(try file.read(10_000, at: 0) == expected, "step \(step)")
        }
    }
}
