// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a core image of a process would hold: its memory that is readable and writable, but for what it has asked to be
/// left out (MADV_DONTDUMP; "dd" in /proc/PID/smaps).
struct MemoryImage {
    struct Region {
        let range: Range<UInt64>
        let name: String
        /// As smaps abbreviates them.
        let flags: Set<Substring>
        let residentKilobytes: Int
    }

    let regions: [Region]
    private let memory: ProcFile

    init(of process: pid_t) throws {
        var maps = Data()
        let file = try ProcFile("/proc/\(process)/smaps")
        while let piece = file.read(1 << 16, at: UInt64(maps.count)), !piece.isEmpty { maps += piece }
        memory = try ProcFile("/proc/\(process)/mem")
        regions = Self.regions(of: String(decoding: maps, as: UTF8.self))
    }

    /// A file of /proc, which has no size, so that Foundation reads nothing of it.
    private final class ProcFile {
        private let descriptor: Int32

        init(_ path: String) throws {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            if descriptor < 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }

        deinit { close(descriptor) }

        /// `nil` = it cannot be read there.
        func read(_ count: Int, at offset: UInt64) -> Data? {
            var data = Data(count: count)
            let done = data.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
            return done < 0 ? nil : data.prefix(done)
        }
    }

    private static func regions(of text: String) -> [Region] {
        var found: [Region] = []
        var (range, name, resident) = (UInt64(0)..<0, "", 0)
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = words.first else { continue }
            switch first {
            case "VmFlags:":
                found.append(
                    Region(range: range, name: name, flags: Set(words.dropFirst()), residentKilobytes: resident))
            case "Rss:": resident = Int(words[1]) ?? 0
            case _ where !first.hasSuffix(":"):
                let ends = first.split(separator: "-").compactMap { UInt64($0, radix: 16) }
                range = ends[0]..<ends[1]
                name = words.count > 5 ? String(words[5]) : "anonymous"
            default: break
            }
        }
        return found
    }

    /// What a core image has.
    var dumped: [Region] {
        regions.filter {
            $0.flags.isSuperset(of: ["rd", "wr"]) && !$0.flags.contains("dd") && $0.residentKilobytes > 0
        }
    }

    /// How much that is, at most.
    var bytes: Int { dumped.reduce(0) { $0 + $1.range.count } }

    /// The bytes of a region, piece by piece, each with its address; what cannot be read is passed over.
    func read(_ region: Region, _ body: (UInt64, Data) -> Void) {
        let step: UInt64 = 4 << 20
        var start = region.range.lowerBound
        while start < region.range.upperBound {
            let count = min(step, region.range.upperBound - start)
            if let piece = memory.read(Int(count), at: start) { body(start, piece) }
            start += count
        }
    }

    /// Hands every run of base62 digits that is long enough to hold a piece of a secret to the search.
    func search(_ search: inout SecretSearch) {
        for region in dumped {
            read(region) { start, piece in
                piece.withUnsafeBytes { bytes in
                    // A run of 16 has exactly one digit at such a place.
                    var place = 15
                    while place < bytes.count {
                        guard Self.isDigit(bytes[place]) else {
                            place += 16
                            continue
                        }
                        var (first, end) = (place, place + 1)
                        while first > 0, Self.isDigit(bytes[first - 1]) { first -= 1 }
                        while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
                        if end - first >= 16 {
                            search.search(Array(bytes[first..<end]), "\(region.name) \(start + UInt64(first))")
                        }
                        place = max(place + 16, end)
                    }
                }
            }
        }
    }

    /// How often a piece of memory is in the image.
    func count(of piece: [UInt8]) -> Int {
        var found = 0
        for region in dumped {
            read(region) { _, bytes in
                var rest = bytes.startIndex..<bytes.endIndex
                while let place = bytes.range(of: Data(piece), in: rest) {
                    found += 1
                    rest = place.upperBound..<bytes.endIndex
                }
            }
        }
        return found
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }
}
