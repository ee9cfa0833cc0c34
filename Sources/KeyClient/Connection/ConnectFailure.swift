// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import KeyTLS
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What went wrong with a socket, in words for the person who gave its address.
package enum ConnectFailure {
    package static func words(for error: any Error) -> String {
        switch error {
        case let error as IOError: words(forErrno: error.errnoCode)
        case let error as NIOConnectionError:
            if let attempt = error.connectionErrors.first {
                words(for: attempt.error)
            } else {
                "no address is known for the host \(error.host)"
            }
        case ChannelError.connectTimeout(let time): "no answer within \(time.nanoseconds / 1_000_000_000) s"
        case let error as TLSFault: "\(error); \(error.advice)"
        case let error as NIOSSLError: TLSFailure.words(for: error)
        case let error as NIOSSLExtraError: TLSFailure.words(for: error)
        case let error as BoringSSLError: TLSFailure.words(for: error)
        case ClientTLSGate.Failure.closed: TLSFailure.closed
        case ClientTLSGate.Failure.otherProtocol: TLSFailure.otherProtocol
        case ClientTLSGate.Failure.slow: TLSFailure.slow
        case is SocketAddressError: "no address is known for it, or the path of the socket is too long"
        default: String(describing: error)
        }
    }

    private static func words(forErrno code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "nothing listens there (connection refused)"
        case ENOENT: "there is no such socket"
        case EACCES, EPERM: "permission denied"
        case ECONNRESET, EPIPE: "the other side broke it off"
        case ENOTSOCK: "that file is not a socket"
        case ETIMEDOUT: "no answer"
        case ENETUNREACH, EHOSTUNREACH: "the host cannot be reached"
        default: strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }
}
