// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Accounts' ids, sorted when somebody asks: what has come since is merged in then, so that making accounts costs
/// nothing.
struct AccountOrder {
    private var sorted: [String] = []

    /// Those that come after `id`, of `ids`, which only ever grows.
    mutating func ids(after id: String, of ids: [String]) -> ArraySlice<String> {
        if sorted.count < ids.count {
            sorted = Self.merge(sorted, ids[sorted.count...].sorted())
        }
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= id { low = middle + 1 } else { high = middle }
        }
        return sorted[low...]
    }

    private static func merge(_ old: [String], _ new: [String]) -> [String] {
        var merged: [String] = []
        merged.reserveCapacity(old.count + new.count)
        var next = new.startIndex
        for id in old {
            while next < new.endIndex, new[next] < id {
                merged.append(new[next])
                next += 1
            }
            merged.append(id)
        }
        return merged + new[next...]
    }
}
