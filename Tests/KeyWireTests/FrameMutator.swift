// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Makes damaged frames of good ones, in memory of its own that it reuses: nothing is allocated for each.
struct FrameMutator: ~Copyable {
    /// What a frame may grow to, its length included: past what a server takes.
    static let largestFrame = 80 * 1024

    private let seeds: [[UInt8]]
    private(set) var generator: SeededGenerator
    /// Counts the frames: each gets an id of its own, so that calls in flight do not meet by themselves.
    private var made: UInt64 = 0

    /// - Parameter seeds: Messages, without their lengths, that begin with an id of three bytes.
    init(seeds: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        generator = SeededGenerator(seed: seed)
    }

    mutating func random(below bound: Int) -> Int {
        Int(truncatingIfNeeded: ((generator.next() >> 33) &* UInt64(bound)) >> 31)
    }

    /// Writes one damaged frame, its length first, to the start of `space`, and returns how long it is.
    mutating func write(to space: UnsafeMutableRawBufferPointer) -> Int {
        let message = UnsafeMutableRawBufferPointer(rebasing: space[4...])
        var count = copySeed(to: message)
        while !mutate(message, &count) {}
        // Mostly one change, sometimes more.
        for _ in 0..<(generator.next() & 3 == 0 ? random(below: 8) : 0) { _ = mutate(message, &count) }
        space.storeBytes(of: length(of: count).bigEndian, as: UInt32.self)
        return count + 4
    }

    private mutating func copySeed(to message: UnsafeMutableRawBufferPointer) -> Int {
        let seed = seeds[random(below: seeds.count)]
        seed.withUnsafeBytes { message.copyMemory(from: $0) }
        made += 1
        message[1] = UInt8(truncatingIfNeeded: made) | 0x80
        message[2] = UInt8(truncatingIfNeeded: made >> 7) | 0x80
        message[3] = UInt8(truncatingIfNeeded: made >> 14) & 0x7F | 1
        return seed.count
    }

    /// Mostly the true one.
    private mutating func length(of count: Int) -> UInt32 {
        let dice = generator.next()
        switch dice & 63 {
        case 0: return UInt32(truncatingIfNeeded: count + 1)
        case 1: return UInt32(truncatingIfNeeded: max(0, count - 1))
        case 2: return UInt32(truncatingIfNeeded: count) ^ 1 << UInt32(truncatingIfNeeded: dice >> 8 & 31)
        case 3: return UInt32(truncatingIfNeeded: dice >> 40 & 0xFFFF)
        default: return UInt32(truncatingIfNeeded: count)
        }
    }

    /// Changes something, unless it says false.
    private mutating func mutate(_ message: UnsafeMutableRawBufferPointer, _ count: inout Int) -> Bool {
        let dice = generator.next()
        let place = random(below: count + 1)
        let run = Int(truncatingIfNeeded: dice >> 8 & 7) + 1
        let isInside = place < count
        switch dice & 15 {
        case 0, 1, 2, 3, 4:
            if isInside { message[place] ^= 1 << UInt8(truncatingIfNeeded: dice >> 16 & 7) }
        case 5, 6:
            if isInside { message[place] ^= UInt8(truncatingIfNeeded: dice >> 16) | 1 }
        case 7:
            let value: UInt8 = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x20, 0x0A, 0x12][run - 1]
            if !isInside || message[place] == value { return false }
            message[place] = value
        case 8, 9:
            open(run, at: place, in: message, &count)
            for index in place..<min(place + run, count) {
                message[index] = UInt8(truncatingIfNeeded: generator.next())
            }
            return true
        case 10:
            close(min(run, count - place), at: place, in: message, &count)
        case 11:
            close(count - place, at: place, in: message, &count)
        case 12:
            let length = min(count - place, run * 8)
            open(length, at: place, in: message, &count)
            move(min(length, count - place - length), from: place + length, to: place, in: message)
        case 13:
            splice(at: place, in: message, &count)
            return true
        case 14:
            for index in place..<min(place + run, count) { message[index] ^= 0xFF }
        default:
            if dice >> 32 & 255 == 0 { swell(message, &count) } else { splice(at: count, in: message, &count) }
            return true
        }
        return isInside
    }

    /// Goes on with the end of another message.
    private mutating func splice(at place: Int, in message: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        let other = seeds[random(below: seeds.count)]
        let begin = random(below: other.count)
        if place + other.count - begin > Self.largestFrame / 2 { return }
        other.withUnsafeBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: message[place...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[begin...]))
        }
        count = place + other.count - begin
    }

    /// Repeats the message until it is large, at times too large.
    private mutating func swell(_ message: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        let goal = random(below: Self.largestFrame - 16)
        while count > 0, count * 2 < goal {
            move(count, from: 0, to: count, in: message)
            count *= 2
        }
    }

    private func open(_ gap: Int, at place: Int, in message: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        if count + gap > Self.largestFrame / 2 { return }
        move(count - place, from: place, to: place + gap, in: message)
        count += gap
    }

    private func close(_ gap: Int, at place: Int, in message: UnsafeMutableRawBufferPointer, _ count: inout Int) {
        move(count - place - gap, from: place + gap, to: place, in: message)
        count -= gap
    }

    private func move(_ length: Int, from: Int, to: Int, in message: UnsafeMutableRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: message[to...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: message[from..<from + length]))
    }
}
