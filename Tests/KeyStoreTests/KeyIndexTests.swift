// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyStore
import Synchronization
import Testing

@Suite struct KeyIndexTests {
    private func key(_ number: Int, revision: UInt64 = 1) throws -> PublishedKey {
        let digits = String(number)
        let id = try #require(KeyID(String(repeating: "0", count: 12 - digits.count) + digits))
        return PublishedKey(
            key: StoredKey(
                id: id, accountID: "acme", userID: "u", name: "n", description: "", hint: "", unrestricted: true,
                standing: KeyStanding(), createTime: Commands.start, updateTime: Commands.start,
                current: StoredSecret(
                    generation: 1, digest: Digest(words: (revision, revision, revision, revision)), storeKeyVersion: 1,
                    createTime: Commands.start),
                old: [], createSequence: 1, revision: revision))
    }

    @Test("every key is found, none is that was not published, and a new record replaces the old one")
    func find() throws {
        let index = KeyIndex()
        let keys = try (0..<20_000).map { try key($0) }
        #expect(index.find(keys[0].key.id) == nil)
        for key in keys { index.publish(key) }
        #expect(index.count == keys.count)
        for key in keys { #expect(index.find(key.key.id) === key) }
        #expect(index.find(try key(20_000).key.id) == nil)
        let newer = try key(7, revision: 2)
        index.publish(newer)
        #expect(index.find(newer.key.id) === newer)
        #expect(index.count == keys.count)
    }

    @Test("the three steps of a reader find what one step finds")
    func steps() throws {
        let index = KeyIndex()
        let keys = try (0..<500).map { try key($0) }
        for key in keys.dropLast() { index.publish(key) }
        let reader = index.makeReader()
        reader.enter()
        for key in keys {
            reader.prepare(key.key.id)
            let found = reader.confirm(reader.expect(key.key.id), key.key.id)
            #expect(found?.toOpaque() == reader.find(key.key.id)?.toOpaque())
        }
        reader.leave()
    }

    @Test("a record that was replaced lives as long as a reader may hold it, and no longer")
    func reclamation() throws {
        let index = KeyIndex()
        let reader = index.makeReader()
        weak var first: PublishedKey?
        let id: KeyID
        do {
            let old = try key(1)
            id = old.key.id
            first = old
            index.publish(old)
        }
        reader.enter()
        let held = try #require(reader.find(id))
        index.publish(try key(1, revision: 2))
        index.advance(to: 2)
        #expect(first != nil)
        #expect(held._withUnsafeGuaranteedRef { $0.key.revision } == 1)
        // Whoever enters now finds the new one, and does not keep the old one.
        let other = index.makeReader()
        other.enter()
        #expect(other.find(id)?._withUnsafeGuaranteedRef { $0.key.revision } == 2)
        reader.leave()
        index.advance(to: 2)
        #expect(first == nil)
        other.leave()
    }

    @Test("R7: readers on other threads see whole records, never older than the revision they loaded")
    func concurrent() async throws {
        let index = KeyIndex()
        let ids = try (0..<64).map { try key($0).key.id }
        for number in ids.indices { index.publish(try key(number, revision: 1)) }
        index.advance(to: 1)
        let isDone = Flag()
        let looks = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                let reader = index.makeReader()
                let bound = UncheckedReader(reader)
                group.addTask {
                    var looks = 0
                    while !isDone.isSet || looks == 0 {
                        bound.reader.enter()
                        let least = bound.reader.revision
                        for id in ids {
                            let found = bound.reader.find(id)?._withUnsafeGuaranteedRef {
                                ($0.key.revision, $0.key.current.digest.words)
                            }
                            guard let (revision, words) = found else {
                                Issue.record("a key is not found")
                                continue
                            }
                            if revision < least || words.0 != revision || words.3 != revision {
                                Issue.record("revision \(revision) after \(least)")
                            }
                        }
                        bound.reader.leave()
                        looks += 1
                        await Task.yield()
                    }
                    return looks
                }
            }
            group.addTask { [self] in
                for revision in UInt64(2)...400 {
                    for number in 0..<64 { if let key = try? key(number, revision: revision) { index.publish(key) } }
                    index.advance(to: revision)
                    await Task.yield()
                }
                isDone.set()
                return 1
            }
            return await group.reduce(0, +)
        }
        #expect(looks > 2)
    }

    private final class Flag: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    /// One task at a time uses it.
    private struct UncheckedReader: @unchecked Sendable {
        // Unchecked: each is handed to one task.
        let reader: KeyIndex.Reader
        init(_ reader: KeyIndex.Reader) { self.reader = reader }
    }
}
