// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// Where in the history each event loop's latest events are, by their usage ids: what an outcome is joined by.
///
/// The serials of a loop's ids rise by one, so a ring for each loop is enough, written with one store an event. A slot
/// holds the event's sequence and offset in its chunk, and whoever looks there sees by the event's own serial whether
/// it is the one. Used by the log's actor only.
final class UsagePlaces: @unchecked Sendable {
    // Unchecked because of the memory, which only the log's actor touches.
    private let slots: UnsafeMutablePointer<UInt64>?
    private let laneCount: Int

    /// An offset is a multiple of 8, and less than a chunk's capacity.
    private static let offsetBits = UInt64(
        (Limits.usageChunkBytes / 8 - 1).bitWidth - (Limits.usageChunkBytes / 8 - 1).leadingZeroBitCount)

    init(laneCount: Int) {
        self.laneCount = laneCount
        // Of zeros that take no memory until they are written.
        slots = calloc(laneCount * Limits.usagePlacesPerLane, MemoryLayout<UInt64>.stride)?
            .bindMemory(to: UInt64.self, capacity: laneCount * Limits.usagePlacesPerLane)
    }

    deinit {
        free(slots)
    }

    /// An event of this id's serial is the history's `sequence`, `offset` bytes from the beginning of its chunk.
    @inline(__always)
    func note(_ serial: UInt64, sequence: UInt64, offset: Int) {
        guard let slot = slot(of: serial) else { return }
        slot.pointee = sequence << Self.offsetBits | UInt64(truncatingIfNeeded: offset) >> 3
    }

    /// Where the event may be, if it is anywhere.
    func find(_ serial: UInt64) -> (sequence: UInt64, offset: Int)? {
        guard let slot = slot(of: serial), slot.pointee > 0 else { return nil }
        let offset = slot.pointee & (1 << Self.offsetBits - 1)
        return (slot.pointee >> Self.offsetBits, Int(offset) << 3)
    }

    @inline(__always)
    private func slot(of serial: UInt64) -> UnsafeMutablePointer<UInt64>? {
        let lane = UsageID(epoch: 0, serial: serial).loop
        guard lane < laneCount else { return nil }
        let place = Int(truncatingIfNeeded: serial) & (Limits.usagePlacesPerLane - 1)
        return slots.map { $0 + (lane * Limits.usagePlacesPerLane + place) }
    }
}
