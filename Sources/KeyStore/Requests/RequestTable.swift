// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyCrypto
internal import KeyModel

/// B7: the mutations with an id that a retry may still come of. It is bounded, and never forgets one early: while it is
/// full no new one comes in.
struct RequestTable {
    /// Where an entry stands in time. One that is no longer its scope's entry counts for nothing.
    private struct Place {
        var sequence: UInt64
        var scope: RequestScope
    }

    private let most: Int
    private let mostBytes: Int
    private var entries: [RequestScope: KeptRequest] = [:]
    /// By sequence, and so by time; what is before `first` is gone.
    private var places: ContiguousArray<Place> = []
    private var first = 0
    private var bytes = 0

    init(most: Int, mostBytes: Int) {
        self.most = most
        self.mostBytes = mostBytes
    }

    var count: Int { entries.count }

    subscript(scope: RequestScope) -> KeptRequest? { entries[scope] }

    /// When there is a place again for a new one; `nil` = there is one now.
    var fullUntil: Timestamp? {
        if entries.count < most, bytes < mostBytes { return nil }
        return places[first...].lazy.compactMap { entry(at: $0)?.endTime }.first
    }

    /// Keeps one. What is there already of the same mutation, or a later one of the same scope, stays.
    mutating func keep(_ kept: KeptRequest) {
        let scope = kept.request.scope
        if let known = entries[scope], known.answer.revision >= kept.answer.revision { return }
        bytes += kept.storedBytes
        if let old = entries.updateValue(kept, forKey: scope) { bytes -= old.storedBytes }
        let place = Place(sequence: kept.answer.revision, scope: scope)
        places.insert(place, at: index(after: place.sequence))
    }

    /// Forgets those whose time is over, oldest first, at most `limit`.
    mutating func forget(until now: Timestamp, atMost limit: Int) {
        let end = min(places.count, limit > places.count - first ? places.count : first + limit)
        while first < end {
            if let kept = entry(at: places[first]) {
                if kept.endTime > now { break }
                entries[kept.request.scope] = nil
                bytes -= kept.storedBytes
            }
            first += 1
        }
        if first > 1_024, first > places.count / 2 {
            places.removeFirst(first)
            first = 0
        }
    }

    /// Some of them in order, with sequences in this range.
    func kept(after sequence: UInt64, through last: UInt64, atMost count: Int) -> [KeptRequest] {
        var found: [KeptRequest] = []
        for place in places[index(after: sequence)...] {
            if place.sequence > last || found.count == count { break }
            if let kept = entry(at: place) { found.append(kept) }
        }
        return found
    }

    private func entry(at place: Place) -> KeptRequest? {
        entries[place.scope].flatMap { $0.answer.revision == place.sequence ? $0 : nil }
    }

    /// The first place whose sequence is above this one.
    private func index(after sequence: UInt64) -> Int {
        if let last = places.last, last.sequence <= sequence { return places.count }
        var (low, high) = (first, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
