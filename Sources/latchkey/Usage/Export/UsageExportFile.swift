// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// What an export writes to: a file, or standard output.
///
/// A file is its own note of how far the export has come: its last whole line. So what was written and is lost by a
/// crash is fetched again, and nothing else has to be synced with it.
struct UsageExportFile: ~Copyable {
    private let descriptor: CInt
    /// `nil` = standard output.
    private let path: String?
    private let format: UsageExportFormat
    private var buffer = ""
    /// Something was written since the last sync.
    private var isDirty = false
    /// The sequence of the last record that the file had when it was opened; `nil` = it had none.
    let lastSequence: UInt64?

    /// What to do with a file that is there.
    enum Existing {
        case refuse
        case replace
        case goOn
    }

    init(standardOutput format: UsageExportFormat) {
        descriptor = STDOUT_FILENO
        path = nil
        lastSequence = nil
        self.format = format
        buffer = format.head
    }

    init(_ path: String, _ format: UsageExportFormat, _ existing: Existing) throws(CommandFailure) {
        let descriptor = try Self.open(path, existing)
        do throws(CommandFailure) {
            let end = existing == .goOn ? try UsageExportEnd(descriptor, path, format) : .empty
            // A torn last line is written again.
            if existing == .goOn, ftruncate(descriptor, off_t(end.offset)) != 0 { throw Self.failure(path, "cut") }
            lseek(descriptor, 0, SEEK_END)
            lastSequence = end.sequence
            if end.offset == 0 { buffer = format.head }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
        self.format = format
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    mutating func write(_ record: UsageRecord) throws(CommandFailure) {
        buffer += format.line(record)
        if buffer.utf8.count >= Limits.exportBufferBytes { try flush() }
    }

    /// Hands everything to the operating system: what the program is killed after is in the file.
    mutating func flush() throws(CommandFailure) {
        if buffer.isEmpty { return }
        defer { buffer = "" }
        guard let path else { return try StandardOutput.write(buffer) }
        isDirty = true
        if let code = writeAll(buffer, to: descriptor) { throw Self.failure(path, "write to", code) }
    }

    /// Flushes, and returns when it is on disk.
    mutating func sync() throws(CommandFailure) {
        try flush()
        guard let path, isDirty else { return }
        isDirty = false
        // What is not a file, such as a pipe, cannot be synced.
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw Self.failure(path, "write to") }
    }

    private static func open(_ path: String, _ existing: Existing) throws(CommandFailure) -> CInt {
        let flags: CInt =
            switch existing {
            case .refuse: O_EXCL
            case .replace, .goOn: 0
            }
        // It names keys, addresses and people: it is its owner's alone.
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0o600)
        if descriptor < 0, errno == EEXIST {
            throw CommandFailure(
                "\(path) is there already",
                hint: "--resume goes on where it ends, --force writes it anew", status: .usage)
        }
        if descriptor < 0 { throw failure(path, "open") }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                close(descriptor)
                throw CommandFailure("another export writes to \(path)", status: .tryAgain)
            }
            // Only now: before the lock it may be another export's that goes on.
            if existing == .replace {
                fchmod(descriptor, 0o600)
                if ftruncate(descriptor, 0) != 0 {
                    let code = errno
                    close(descriptor)
                    throw failure(path, "empty", code)
                }
            }
        }
        return descriptor
    }

    static func failure(_ path: String, _ verb: String, _ code: CInt = errno) -> CommandFailure {
        let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return CommandFailure("cannot \(verb) \(path): \(words)", status: .internal)
    }
}
