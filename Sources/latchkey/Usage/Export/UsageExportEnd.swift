// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// How far a file of exported records goes.
struct UsageExportEnd {
    /// The sequence of its last whole line; `nil` = there is no record in it.
    let sequence: UInt64?
    /// Where that line ends; what is behind it is torn.
    let offset: UInt64

    static let empty = UsageExportEnd(sequence: nil, offset: 0)

    private init(sequence: UInt64?, offset: UInt64) {
        self.sequence = sequence
        self.offset = offset
    }

    /// Reads no more than the file's beginning and its last two lines. What is no export of `format` is refused, since
    /// it would be written over.
    init(_ descriptor: CInt, _ path: String, _ format: UsageExportFormat) throws(CommandFailure) {
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw UsageExportFile.failure(path, "read") }
        if status.st_mode & S_IFMT != S_IFREG {
            throw CommandFailure("\(path) is not a file, so that an export could go on in it", status: .usage)
        }
        let size = UInt64(clamping: status.st_size)
        let other = CommandFailure(
            "\(path) is not an export of the usage log in the format \(format.rawValue)",
            hint: "--resume goes on in a file that `latchkey usage export` wrote; --format says how", status: .usage)
        let beginning = Array(format.beginning.utf8)
        let found = try Self.read(descriptor, path, at: 0, count: min(beginning.count, Int(clamping: size)))
        guard beginning.starts(with: found) else { throw other }
        let count = min(2 * Limits.exportLineBytes, Int(clamping: size))
        let base = size - UInt64(count)
        let bytes = try Self.read(descriptor, path, at: base, count: count)
        let newline = UInt8(ascii: "\n")
        guard let end = bytes.lastIndex(of: newline) else {
            if base > 0 { throw other }
            self = .empty
            return
        }
        let start = bytes[..<end].lastIndex(of: newline).map { $0 + 1 }
        guard start != nil || base == 0 else { throw other }
        let line = Array(bytes[(start ?? 0)...end])
        if line == Array(format.head.utf8), start == nil {
            self.init(sequence: nil, offset: base + UInt64(end) + 1)
            return
        }
        guard let sequence = format.sequence(line.dropLast()) else { throw other }
        self.init(sequence: sequence, offset: base + UInt64(end) + 1)
    }

    private static func read(
        _ descriptor: CInt, _ path: String, at offset: UInt64, count: Int
    ) throws(CommandFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let more = bytes.withUnsafeMutableBytes { space in
                pread(descriptor, space.baseAddress.map { $0 + done }, count - done, off_t(offset) + off_t(done))
            }
            if more < 0, errno == EINTR { continue }
            if more < 0 { throw UsageExportFile.failure(path, "read") }
            if more == 0 { break }
            done += more
        }
        return Array(bytes[..<done])
    }
}
