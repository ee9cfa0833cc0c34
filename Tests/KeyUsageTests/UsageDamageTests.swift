// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyTesting
import KeyUsage
import Testing

/// Files that are not as they were written.
@Suite struct UsageDamageTests {
    private static let paths = (1...8).map { "/path/\($0)" }

    /// A log of one segment with a few batches, and that segment's path.
    private func written() async throws -> (storage: SimulatedStorage, segment: String) {
        let storage = SimulatedStorage()
        let life = try UsageLife(storage)
        for pair in stride(from: 0, to: Self.paths.count, by: 2) {
            try await life.note(Array(Self.paths[pair..<pair + 2]))
        }
        await life.stop()
        return (storage, try #require(try life.segments.first))
    }

    /// Nothing that is read is wrong, and what is missing is said.
    private func expectHonest(_ storage: SimulatedStorage, _ what: String) async throws -> Int {
        let life = try UsageLife(storage.restarted())
        try await life.note(["/new"])
        let records = try await life.read(StreamUsageRequest(history: true))
        let first = records.first.map { $0.gap?.firstSequence ?? $0.sequence } ?? 0
        #expect(isSeamless(records, from: first), "\(what)")
        #expect(records.last?.event?.path == "/new", "\(what)")
        for record in records.dropLast() {
            if let event = record.event {
                #expect(event.path == Self.paths[Int(record.sequence) - 1], "\(what)")
                #expect(event.userID == "u-1" && event.accountID == "acme", "\(what)")
            }
        }
        let backwards = try await life.read(StreamUsageRequest(newestFirst: true))
        #expect(backwards.compactMap(\.event) == records.compactMap(\.event).reversed(), "\(what)")
        #expect(life.log.startSequence >= 9, "\(what)")
        return records.count { $0.event != nil } - 1
    }

    @Test(
        "R17, B3: a log that is cut at any offset gives what is whole, then a gap: never a wrong record, never a trap")
    func cut() async throws {
        let (storage, segment) = try await written()
        let count = try #require(storage.contents(segment)).count
        var found: [Int] = []
        for length in stride(from: 0, through: count, by: 1) {
            let damaged = storage.restarted()
            damaged.damage(segment) { $0.removeLast(count - length) }
            found.append(try await expectHonest(damaged, "cut at \(length)"))
        }
        #expect(found.last == Self.paths.count)
        #expect(found.first == 0)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("R17, B3: a log with any byte changed gives no wrong record")
    func flipped() async throws {
        let (storage, segment) = try await written()
        let count = try #require(storage.contents(segment)).count
        for offset in 0..<count {
            let damaged = storage.restarted()
            damaged.damage(segment) { $0[offset] ^= 1 << UInt8(offset % 8) }
            _ = try await expectHonest(damaged, "byte \(offset)")
        }
    }
}
