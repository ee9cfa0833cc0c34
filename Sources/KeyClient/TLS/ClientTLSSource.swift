// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyTLS
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Where the connections of one client get their TLS from: the files, read again when they have changed.
package final class ClientTLSSource: Sendable {
    private struct State {
        var context: NIOSSLContext
        var marks: [FileMark?]
    }

    private let files: ClientTLSFiles
    private let state = Mutex<State?>(nil)

    package init(_ files: ClientTLSFiles) {
        self.files = files
    }

    /// On a thread that may wait for files.
    func context(on eventLoop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try self.load() }
    }

    private func load() throws -> NIOSSLContext {
        let tls = try files.tls()
        let marks = tls.marks
        if let state = state.withLock({ $0 }), state.marks == marks { return state.context }
        let context = try tls.load()
        state.withLock { $0 = State(context: context, marks: marks) }
        return context
    }
}

extension ClientTLSFiles {
    fileprivate func tls() throws(TLSFault) -> ClientTLS {
        switch (certificate, key) {
        case (nil, nil): return ClientTLS(authorities: authorities, pair: nil)
        case (let certificate?, let key?):
            return ClientTLS(authorities: authorities, pair: TLSPair(certificate: certificate, key: key))
        case (nil, _?), (_?, nil):
            throw TLSFault("a certificate and its private key go together", advice: "name both files, or neither")
        }
    }
}
