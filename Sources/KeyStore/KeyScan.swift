// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// Goes over an account's keys, from a place on, to the older or to the newer ones, and collects those of a page.
///
/// It looks at `Limits.scannedKeys` at most, and collects what fits a frame; where it stops early, the cursors say that
/// there is more.
struct KeyScan {
    private let places: ContiguousArray<UInt32>
    private let table: KeyTable
    private let filter: KeyFilter
    private let now: Timestamp
    private var left = Limits.scannedKeys
    private var bytes = 0
    /// Keys before it are older, the key at it and those behind it are newer.
    var position = 0
    /// What the page covers, whether or not all of it is in the page.
    private var covered = 0..<0
    private var hasOlder = false
    private var hasNewer = false

    init(_ places: ContiguousArray<UInt32>, of table: KeyTable, filter: KeyFilter, now: Timestamp) {
        self.places = places
        self.table = table
        self.filter = filter
        self.now = now
    }

    /// Passes over the newest `count` that match; `total` = how many do.
    mutating func skip(_ count: Int, total: Int) {
        if filter == .all || count >= total { return position = max(0, position - (count >= total ? position : count)) }
        var skipped = 0
        while position > 0, skipped < count {
            position -= 1
            if matches(position) { skipped += 1 }
        }
    }

    /// The next older ones, newest first.
    mutating func older(_ limit: Int) -> [PublishedKey] {
        var page: [PublishedKey] = []
        covered = position..<position
        var index = position
        while index > 0, !hasOlder {
            index -= 1
            if !look() {
                hasOlder = true
            } else if matches(index) {
                hasOlder = !take(index, into: &page, limit)
            }
            if !hasOlder { covered = index..<position }
        }
        hasNewer = exists(position..<places.count)
        return page
    }

    /// The next newer ones, oldest first.
    mutating func newer(_ limit: Int) -> [PublishedKey] {
        var page: [PublishedKey] = []
        covered = position..<position
        var index = position
        while index < places.count, !hasNewer {
            if !look() {
                hasNewer = true
            } else if matches(index) {
                hasNewer = !take(index, into: &page, limit)
            }
            index += 1
            if !hasNewer { covered = position..<index }
        }
        hasOlder = exists(0..<position)
        return page
    }

    /// - Parameter page: Newest first.
    func response(_ page: [PublishedKey], total: Int) -> ListKeysResponse {
        // An empty page lies between two keys, or beside the last one: then the cursor is that one, which whoever asks
        // knows, as it is where the asking began.
        ListKeysResponse(
            total: UInt64(total), keys: page.map { $0.shown(at: now) },
            nextCursor: hasOlder ? id(min(covered.lowerBound, places.count - 1)) : "",
            previousCursor: hasNewer ? id(max(0, covered.upperBound - 1)) : "")
    }

    private func record(_ index: Int) -> PublishedKey { table.records[Int(places[index])] }

    private func id(_ index: Int) -> String { record(index).key.id.description }

    private func matches(_ index: Int) -> Bool { filter.admits(record(index).key.standing.status(at: now)) }

    private mutating func look() -> Bool {
        left -= 1
        return left >= 0
    }

    private mutating func take(_ index: Int, into page: inout [PublishedKey], _ limit: Int) -> Bool {
        let record = record(index)
        bytes += record.key.shownBytes
        if page.count == limit || (bytes > Limits.pageBytes && !page.isEmpty) { return false }
        page.append(record)
        return true
    }

    /// Whether any there matches, as far as may be looked.
    private mutating func exists(_ indices: Range<Int>) -> Bool {
        for index in indices {
            if !look() { return true }
            if matches(index) { return true }
        }
        return false
    }
}

extension StoredKey {
    /// More than the record takes in a frame.
    fileprivate var shownBytes: Int {
        var bytes = 512 + accountID.utf8.count + userID.utf8.count + name.utf8.count + description.utf8.count
        guard let rules else { return bytes }
        bytes += rules.allowedIPs.count * (Limits.clientIPBytes + 8)
        for grant in rules.grants {
            bytes += 32 + grant.resource.utf8.count + grant.fields.reduce(0) { $0 + $1.utf8.count + 4 }
        }
        return bytes
    }
}

extension ContiguousArray<UInt32> {
    /// Where `element` is, of elements that rise.
    func firstIndex(sorted element: UInt32) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == element ? low : nil
    }
}
