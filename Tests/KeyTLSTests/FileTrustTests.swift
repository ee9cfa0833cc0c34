// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import KeyTLS

@Suite("R13: whose files are believed") struct FileTrustTests {
    private func fault(_ trust: FileTrust, owner: uid_t, mode: mode_t) -> TLSFault? {
        var status = stat()
        status.st_uid = owner
        status.st_mode = S_IFREG | mode
        return trust.fault("f.pem", status, user: 7411)
    }

    @Test(
        "a file of another user is refused, with chown; of this one or of root it is read", arguments: [0o600, 0o644])
    func owners(mode: mode_t) {
        for trust in [FileTrust.ofOwner, [.ofOwner, .notWritable]] {
            #expect(fault(trust, owner: 7411, mode: mode) == nil)
            #expect(fault(trust, owner: 0, mode: mode) == nil)
            let refused = fault(trust, owner: 1000, mode: mode)
            #expect(refused?.description == "f.pem belongs to user 1000, neither to this one, 7411, nor to root")
            #expect(refused?.advice == "run: chown 7411 f.pem")
        }
        #expect(fault([.notWritable], owner: 1000, mode: mode) == nil)
    }

    @Test("a file that says who is let in is refused when its group or others may write it", arguments: [0o620, 0o602])
    func writable(mode: mode_t) {
        let refused = fault([.ofOwner, .notWritable], owner: 7411, mode: mode)
        #expect(refused?.description.hasPrefix("others than its owner may write f.pem") == true)
        #expect(refused?.advice == "run: chmod go-w f.pem")
        #expect(fault([.ofOwner], owner: 7411, mode: mode) == nil)
    }
}
