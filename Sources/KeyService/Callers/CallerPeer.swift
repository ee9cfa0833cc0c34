// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

package import KeyModel

/// Who is at the other end of a connection, as far as the socket and its TLS tell.
package struct CallerPeer: Sendable {
    /// "uid:N" on the Unix socket, "anonymous" otherwise.
    package let name: String
    /// The address, or the process, it speaks from.
    package let peer: String
    /// Its IP address; empty on the Unix socket.
    package let clientIP: String
    /// What it may do without a token; `nil` = nothing that takes a right.
    package let authority: Authority?
    /// The caller that it is until it shows a token; `nil` = its certificate, if there is one, is nobody's.
    package let certificate: CallerCertificate?

    package init(
        name: String, peer: String, clientIP: String = "", authority: Authority?, certificate: CallerCertificate? = nil
    ) {
        self.name = name
        self.peer = peer
        self.clientIP = clientIP
        self.authority = authority
        self.certificate = certificate
    }

    /// Whose failed authorizations count together: its address, of IPv6 the /64; on the Unix socket its user.
    var party: FailureMeter.Party {
        IPAddress.network(ofText: clientIP).map { FailureMeter.Party($0) } ?? FailureMeter.Party(name)
    }

    /// It as a question that asks for nothing but whether the key may be used from here.
    func withQuestion<R>(
        secret: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), path: String = "",
        _ body: (ValidateQuestion) -> R
    ) -> R {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        return Array(clientIP.utf8).withUnsafeBytes { address in
            Array(path.utf8).withUnsafeBytes { path in
                body(
                    ValidateQuestion(
                        secret: secret, clientIP: address, resource: none, action: 0, httpMethod: none, path: path,
                        clientAddress: address.isEmpty ? nil : IPAddress.parse(address)))
            }
        }
    }
}
