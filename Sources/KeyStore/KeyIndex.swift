// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import CPrefetch
package import KeyModel
internal import Synchronization

/// The published keys, for readers on any thread.
///
/// The store alone writes; readers take no lock and count no references. A record that was replaced is kept until every
/// reader that may still hold it has left (epoch-based reclamation; Fraser, "Practical lock-freedom", 2004): a reader
/// notes the epoch when it enters, a replacement is stamped with the epoch it happened in, and is freed when no reader
/// is left that entered in that epoch or before. A reader that has loaded `revision` sees every key published up to it.
package final class KeyIndex: @unchecked Sendable {
    // Unchecked because of the pointers. `parts` is set up in `init` and freed in `deinit`; what it leads to is read
    // through atomics, written only with `writer` locked, and freed only when no reader can reach it any more.
    private let parts: UnsafeMutablePointer<Atomic<UInt>>
    private let published = Atomic<UInt64>(0)
    fileprivate let imports = Atomic<Bool>(false)
    fileprivate let epoch = Atomic<UInt64>(1)
    private let readers = Mutex<[Presence]>([])
    private let writer = Mutex(Writer())
    /// For whoever has no reader of its own, one at a time.
    private let guest: Mutex<Presence>

    /// The table is in parts that grow one at a time, so that no publication is held up for long.
    private static let partCount = 1024

    /// What only the writer needs.
    private struct Writer {
        var counts = [Int](repeating: 0, count: partCount)
        /// In the order of their epochs.
        var retired: [(epoch: UInt64, Retired)] = []
    }

    /// What readers may still hold.
    private enum Retired {
        case key(Unmanaged<PublishedKey>)
        case part(UInt)
    }

    package init() {
        parts = .allocate(capacity: Self.partCount)
        for index in 0..<Self.partCount { (parts + index).initialize(to: Atomic(0)) }
        let presence = Presence()
        guest = Mutex(presence)
        readers.withLock { $0.append(presence) }
    }

    deinit {
        for (_, retired) in writer.withLock({ $0.retired }) { Self.free(retired) }
        for index in 0..<Self.partCount {
            let part = Part(parts[index].load(ordering: .relaxed))
            for slot in 0..<part.capacity { part.key(at: slot)?.release() }
            part.deallocate()
        }
        parts.deinitialize(count: Self.partCount)
        parts.deallocate()
    }

    /// Everything up to this sequence is published.
    package var revision: UInt64 { published.load(ordering: .acquiring) }

    /// Whether any key was imported: whether what is not recognised may be a token of another system.
    package var hasImports: Bool { imports.load(ordering: .relaxed) }

    /// How many keys it holds. For people.
    package var count: Int { writer.withLock { $0.counts.reduce(0, +) } }

    // MARK: Reading

    /// One thread's way of reading; for an event loop, which reads all the time.
    package func makeReader() -> Reader {
        let presence = Presence()
        readers.withLock { $0.append(presence) }
        return Reader(self, presence)
    }

    /// Finds a key for whoever has no reader of its own.
    package func find(_ id: KeyID) -> PublishedKey? {
        guest.withLock { presence in
            presence.enter(epoch)
            defer { presence.leave() }
            return lookUp(id)?.takeUnretainedValue()
        }
    }

    @inline(__always)
    fileprivate func lookUp(_ id: KeyID) -> Unmanaged<PublishedKey>? {
        part(Self.tag(id)).find(id, Self.tag(id))
    }

    // MARK: Writing

    /// Replaces a key's record, or adds it. The store only.
    package func publish(_ key: PublishedKey) {
        if key.key.hasImportedSecret { imports.store(true, ordering: .relaxed) }
        writer.withLock { writer in
            let tag = Self.tag(key.key.id)
            let index = Self.part(tag)
            var part = Part(parts[index].load(ordering: .relaxed))
            if (writer.counts[index] + 1) * 4 > part.capacity * 3 {
                let grown = part.grown()
                parts[index].store(grown.word, ordering: .releasing)
                retire(.part(part.word), &writer)
                part = grown
            }
            if let replaced = part.put(Unmanaged.passRetained(key), tag) {
                retire(.key(replaced), &writer)
            } else {
                writer.counts[index] += 1
            }
        }
    }

    /// Says that everything up to `revision` is published. Comes after the entries, before any reply.
    package func advance(to revision: UInt64) {
        published.store(revision, ordering: .releasing)
        writer.withLock { reclaim(&$0) }
    }

    private func retire(_ retired: Retired, _ writer: inout Writer) {
        // A reader that enters in the next epoch cannot come upon it any more.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        writer.retired.append((epoch.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue, retired))
    }

    /// Frees what nobody can hold any more.
    private func reclaim(_ writer: inout Writer) {
        if writer.retired.isEmpty { return }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let oldest = readers.withLock { readers in
            readers.reduce(UInt64.max) { oldest, reader in
                let since = reader.since
                return since == 0 ? oldest : min(oldest, since)
            }
        }
        let free = writer.retired.prefix { $0.epoch < oldest }
        for (_, retired) in free { Self.free(retired) }
        writer.retired.removeFirst(free.count)
    }

    private static func free(_ retired: Retired) {
        switch retired {
        case .key(let key): key.release()
        case .part(let word): Part(word).deallocate()
        }
    }

    // MARK: Places

    /// Never 0, which says that a slot is free.
    @inline(__always)
    fileprivate static func tag(_ id: KeyID) -> UInt64 { max(1, id.spread) }

    @inline(__always)
    fileprivate func part(_ tag: UInt64) -> Part { Part(parts[Self.part(tag)].load(ordering: .acquiring)) }

    private static func part(_ tag: UInt64) -> Int { Int(truncatingIfNeeded: tag) & (partCount - 1) }

    /// One thread's way of reading. What it finds is good until it leaves, and must not be kept without a retain.
    package final class Reader {
        private let index: KeyIndex
        private let presence: Presence

        fileprivate init(_ index: KeyIndex, _ presence: Presence) {
            self.index = index
            self.presence = presence
        }

        /// Everything up to this sequence is published.
        package var revision: UInt64 { index.revision }

        /// Begins to read. Short: what is replaced meanwhile is not freed.
        package func enter() { presence.enter(index.epoch) }

        package func leave() { presence.leave() }

        package var hasImports: Bool { index.hasImports }

        package func find(_ id: KeyID) -> Unmanaged<PublishedKey>? { index.lookUp(id) }

        /// The first of three steps of a look-up that waits for no memory, each with other work before the next: asks
        /// for the place where the key must be.
        @inline(__always)
        package func prepare(_ id: KeyID) { index.part(KeyIndex.tag(id)).prepare(KeyIndex.tag(id)) }

        /// The second: asks for the record that is nearly certainly the key's.
        package func expect(_ id: KeyID) -> Unmanaged<PublishedKey>? {
            index.part(KeyIndex.tag(id)).expect(KeyIndex.tag(id))
        }

        /// The third: the key's record, what was expected if it is that.
        package func confirm(_ expected: Unmanaged<PublishedKey>?, _ id: KeyID) -> Unmanaged<PublishedKey>? {
            guard let expected else { return nil }
            return expected._withUnsafeGuaranteedRef { key in
                // What comes last is counting the use.
                prefetch(Unmanaged.passUnretained(key.counters).toOpaque(), 48)
                return key.key.id == id ? expected : index.lookUp(id)
            }
        }
    }
}

/// Whether a reader reads, and since which epoch.
private final class Presence: Sendable {
    /// 0 = it is not reading.
    private let entered = Atomic<UInt64>(0)
    /// So that two of them do not share a cache line.
    private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

    var since: UInt64 { entered.load(ordering: .sequentiallyConsistent) }

    func enter(_ epoch: borrowing Atomic<UInt64>) {
        entered.store(epoch.load(ordering: .relaxed), ordering: .relaxed)
        // Before any look-up: whoever frees must see that somebody reads.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    func leave() {
        entered.store(0, ordering: .releasing)
    }
}
