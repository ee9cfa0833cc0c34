// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// The lines of an open file, one after the other, of which no more than one is held in memory.
struct LineReader {
    private let descriptor: CInt
    private var buffer: [UInt8] = []
    private var index = 0
    private var isAtEnd = false
    /// Of the line that was read last, from 1.
    private(set) var line = 0
    /// How much was read.
    private(set) var bytesRead = 0

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// The next line without its end; `nil` when there is none.
    mutating func next() throws(JSONFault) -> [UInt8]? {
        line += 1
        var found: [UInt8] = []
        while true {
            if let end = buffer[index...].firstIndex(of: UInt8(ascii: "\n")) {
                found += buffer[index..<end]
                index = end + 1
                break
            }
            found += buffer[index...]
            if found.count > Limits.importLineBytes { throw JSONFault("longer than \(Limits.importLineBytes) bytes") }
            try fill()
            if isAtEnd {
                if found.isEmpty { return nil }
                break
            }
        }
        if found.last == UInt8(ascii: "\r") { found.removeLast() }
        return found
    }

    private mutating func fill() throws(JSONFault) {
        buffer.removeAll(keepingCapacity: true)
        index = 0
        if isAtEnd { return }
        var chunk = [UInt8](repeating: 0, count: Limits.importReadBytes)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JSONFault("it cannot be read: \(SystemError.words(errno))") }
            isAtEnd = count == 0
            bytesRead += count
            buffer += chunk.prefix(count)
            return
        }
    }
}

/// What the system calls an error.
enum SystemError {
    static func words(_ code: CInt) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
