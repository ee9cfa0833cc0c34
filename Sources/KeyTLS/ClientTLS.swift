// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel
package import NIOSSL

/// What a client needs to speak TLS, as files.
package struct ClientTLS: Sendable, Hashable {
    /// The authorities, PEM, one of which has to vouch for the server; `nil` = those that this machine trusts.
    package let authorities: String?
    /// What the client shows of itself; `nil` = nothing.
    package let pair: TLSPair?

    package init(authorities: String?, pair: TLSPair?) {
        self.authorities = authorities
        self.pair = pair
    }

    /// The files, as they are told apart.
    package var marks: [FileMark?] {
        [authorities, pair?.certificate, pair?.key].map { $0.flatMap { FileMark($0) } }
    }

    /// Reads the files, and with none for the authorities this machine's many: not for an event loop.
    package func load() throws(TLSFault) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // A client that is new enough for this protocol's TLS knows 1.3; that a server has to have it, the server says.
        TLSRules.apply(.tls12, to: &configuration)
        if let authorities {
            configuration.trustRoots = .certificates(try SmallFile(authorities).certificates())
        }
        if let pair {
            let identity = try pair.load()
            configuration.certificateChain = identity.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(identity.key)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw pair?.fault(error)
                ?? TLSFault(
                    "the authorities that this machine trusts cannot be read", advice: "name a file that holds them")
        }
    }
}
