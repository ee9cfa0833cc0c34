// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel
package import NIOSSL

/// What a server needs to speak TLS, as files.
package struct ServerTLS: Sendable, Hashable {
    package let pair: TLSPair
    package let minimum: TLSMinimum
    /// The authorities, PEM, one of which has to vouch for every client; `nil` = a client needs no certificate.
    package let clientAuthorities: String?
    /// Which client certificates speak for which callers; `nil` = none does. See `CertificateCallers`.
    package let callers: String?

    package init(
        _ pair: TLSPair, minimum: TLSMinimum = .tls13, clientAuthorities: String? = nil, callers: String? = nil
    ) {
        self.pair = pair
        self.minimum = minimum
        self.clientAuthorities = clientAuthorities
        self.callers = callers
    }

    /// What the files held when they were read.
    package struct Loaded: Sendable {
        package let context: NIOSSLContext
        package let callers: CertificateCallers
        /// When the server's certificate ends.
        package let end: Timestamp
        /// Whose word is taken for clients.
        let authorities: Set<NIOSSLCertificate>
        /// Another whenever an authority is trusted no longer: what was vouched for before is worth nothing then. One more
        /// authority takes nothing away.
        package let trust: UInt64

        func trust(in authorities: Set<NIOSSLCertificate>) -> UInt64 {
            self.authorities.isSubset(of: authorities) ? trust : trust &+ 1
        }
    }

    /// The files, as they are told apart.
    package var marks: [FileMark?] {
        [pair.certificate, pair.key, clientAuthorities, callers].map { $0.flatMap { FileMark($0) } }
    }

    /// - Parameter before: What was loaded last.
    package func load(after before: Loaded? = nil) throws(TLSFault) -> Loaded {
        let identity = try pair.load(.ofOwner)
        let chain = identity.chain.map { NIOSSLCertificateSource.certificate($0) }
        let key = NIOSSLPrivateKeySource.privateKey(identity.key)
        var configuration: TLSConfiguration
        var authorities: Set<NIOSSLCertificate> = []
        if let clientAuthorities {
            let roots = try SmallFile(clientAuthorities).certificates([.ofOwner, .notWritable])
            authorities = Set(roots)
            configuration = .makeServerConfigurationWithMTLS(
                certificateChain: chain, privateKey: key, trustRoots: .certificates(roots))
        } else {
            configuration = .makeServerConfiguration(certificateChain: chain, privateKey: key)
        }
        TLSRules.apply(minimum, to: &configuration)
        let callers = try self.callers.map { path throws(TLSFault) in try CertificateCallers(file: path) }
        let context: NIOSSLContext
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw pair.fault(error)
        }
        return Loaded(
            context: context, callers: callers ?? CertificateCallers(), end: identity.end, authorities: authorities,
            trust: before.map { $0.trust(in: authorities) } ?? 0)
    }
}
