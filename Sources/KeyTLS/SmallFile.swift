// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyCrypto
internal import KeyModel
internal import NIOSSL

/// A file of certificates, of a key, or of names: read whole, and no further than a bound.
struct SmallFile {
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// - Parameter trust: What the file has to be.
    func read(_ trust: FileTrust = []) throws(TLSFault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        // Of the file that is open: another may have its name by now.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw TLSFault("\(path) is not a file", advice: "name the file itself")
        }
        if let fault = trust.fault(path, status, user: geteuid()) { throw fault }
        var bytes = [UInt8](repeating: 0, count: Limits.tlsFileBytes + 1)
        defer { if trust.contains(.secret) { bytes.withUnsafeMutableBytes { cleanse($0) } } }
        var count = 0
        while count < bytes.count {
            let done = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if done < 0, errno == EINTR { continue }
            guard done >= 0 else { throw unreadable(errno) }
            if done == 0 { break }
            count += done
        }
        guard count <= Limits.tlsFileBytes else {
            throw TLSFault(
                "\(path) has more than \(Limits.tlsFileBytes) bytes", advice: "leave out what is not needed")
        }
        return Array(bytes[..<count])
    }

    /// The certificates in it, PEM, one at least.
    func certificates(_ trust: FileTrust = []) throws(TLSFault) -> [NIOSSLCertificate] {
        let bytes = try read(trust)
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw TLSFault(
                "\(path) holds no certificate that can be read",
                advice: "put PEM there, -----BEGIN CERTIFICATE-----")
        }
        return found
    }

    private func unreadable(_ code: CInt) -> TLSFault {
        let why = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return TLSFault("cannot read \(path): \(why)", advice: "name a file that this user may read", isPassing: true)
    }
}
