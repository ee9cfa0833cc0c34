// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyModel

/// The file of an import, read twice: first all of it is looked at, so that a mistake in its last line is found before
/// its first is imported, and then it is imported.
///
/// What cannot be read twice, a pipe, is kept in a temporary file without a name meanwhile; tokens are not, their SHA-256
/// is.
final class ImportFile {
    private let name: String
    private let descriptor: CInt
    private let isCopy: Bool
    /// The second time.
    private var again: LineReader
    /// Where it begins: standard input may have been read in part.
    private let begin: off_t
    private let isOpened: Bool
    /// How many keys there are in it.
    private(set) var rows = 0

    /// Opens the file and looks at all of it. `-` is standard input.
    ///
    /// - Parameter progress: Is told how many bytes have been read, of how many.
    init(checking path: String, progress: (_ done: Int, _ total: Int) -> Void) throws {
        name = path == "-" ? "standard input" : path
        let source = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Self.failure("cannot read \(path)") }
        var status = stat()
        let isRegular = fstat(source, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        let copy = isRegular ? nil : try Self.temporary()
        descriptor = copy ?? source
        begin = isRegular ? lseek(source, 0, SEEK_CUR) : 0
        isOpened = path != "-" || copy != nil
        isCopy = copy != nil
        again = LineReader(descriptor)
        defer { if copy != nil, path != "-" { close(source) } }
        var reader = LineReader(source)
        while let (value, row) = try Self.next(&reader, of: name) {
            rows += 1
            if isRegular { progress(reader.bytesRead, Int(status.st_size - begin)) }
            guard let copy else { continue }
            // With its number, because lines may have been passed over.
            let text = ImportRow.withoutToken(value, row.key) ?? value.json.line
            try Self.write("\(row.line) \(text)\n", to: copy)
        }
        guard lseek(descriptor, begin, SEEK_SET) >= 0 else { throw Self.failure("cannot read \(name) again") }
    }

    deinit {
        if isOpened { close(descriptor) }
    }

    /// The next key of it, `nil` at its end.
    func next() throws -> ImportRow? {
        if !isCopy { return try Self.next(&again, of: name)?.row }
        guard let text = try? again.next(), let space = text.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let line = Int(String(decoding: text[..<space], as: UTF8.self)) ?? again.line
        return try ImportRow(line: line, JSONReader.value(Array(text[(space + 1)...])))
    }

    /// The next line that is not empty.
    private static func next(
        _ reader: inout LineReader, of name: String
    ) throws(CommandFailure) -> (value: JSONValue, row: ImportRow)? {
        do throws(JSONFault) {
            while let text = try reader.next() {
                if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
                let value = try JSONReader.value(text)
                return (value, try ImportRow(line: reader.line, value))
            }
            return nil
        } catch {
            throw CommandFailure(
                "\(name), line \(reader.line): \(error.what)",
                hint: "nothing was imported; write one key a line, as JSON: `latchkey key import --help`",
                status: .usage)
        }
    }

    private static func temporary() throws(CommandFailure) -> CInt {
        let folder = Environment.value("TMPDIR") ?? "/tmp"
        var path = Array("\(folder)/latchkey-import-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw failure("cannot make a temporary file in \(folder)") }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func write(_ text: String, to descriptor: CInt) throws(CommandFailure) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw failure("cannot write a temporary file") }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    private static func failure(_ what: String) -> CommandFailure {
        CommandFailure("\(what): \(SystemError.words(errno))", status: .usage)
    }
}
