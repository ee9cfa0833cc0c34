// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import KeyWire
import Testing

/// The bytes are those of Python's protobuf for the same messages: both sides of this codec could be wrong together.
@Suite struct GoldenBytesTests {
    private func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func client(_ id: UInt64, _ content: ClientFrame.Content, timeout: UInt32 = 0) -> String {
        hex(ClientFrame(id: id, timeoutMilliseconds: timeout, content: content).bytes.dropFirst(4))
    }

    @Test("a ClientFrame is the protobuf that any other client generates")
    func calls() {
        let create = CreateKeyRequest(
            accountID: "acme", userID: "u1", name: "naïve 🔑", description: "for CI", unrestricted: true,
            expiry: .at(SampleCalls.time))
        #expect(
            client(300, .call(.createKey(create)), timeout: 10_000)
                == "08ac0210904e522e0a0461636d65120275311a0b6e61c3af766520f09f94912206666f722043493801"
                + "4a0b0880f2d6ca0610959aef3a")
        let update = UpdateKeyRequest(keyID: SampleCalls.keyID, description: "text", enabled: false, expiry: .never)
        #expect(
            client(1, .call(.updateKey(update)))
                == "08016a360a0c346d566230517a5978314162121e0a0b6465736372697074696f6e0a07656e61626c65640a066578706972"
                + "792204746578746801")
        let rekey = RekeyKeyRequest(keyID: SampleCalls.keyID, overlap: .zero)
        #expect(client(2, .call(.rekeyKey(rekey))) == "080272100a0c346d566230517a59783141621200")
        let validate = ValidateRequest(
            secret: SampleCalls.token, clientIP: "203.0.113.7", resource: "r", action: .download, httpMethod: "GET",
            path: "/x")
        #expect(
            client(3, .call(.validate(validate)))
                == "080392015d0a406c6b5f346d566230517a5978314162303132333435363738394142434445464748494a4b4c4d4e4f5051"
                + "52535455565758595a61626364656667306b796a656c120b3230332e302e3131332e371a0172200532034745543a022f78")
        #expect(client(4, .call(.health)) == "0804ea0100")
        #expect(client(5, .call(.snapshot)) == "0805f20100")
        #expect(
            client(.max, .cancel(target: .max - 1)) == "08ffffffffffffffffff01fa010b08feffffffffffffffff01")
    }

    @Test("a ServerFrame is the protobuf that any other client reads")
    func replies() {
        let key = ServerFrame(id: 1, end: true, result: .success(.getKey(GetKeyResponse(key: SampleReplies.fullKey))))
        #expect(
            hex(key.bytes.dropFirst(4))
                == "080110015ae1020ade020a0c7a7a7a7a7a7a7a7a7a7a7a7a1207612e622d635f641a0775726e3a782f31220b6e61c3af76"
                + "6520f09f94912a06666f72204349320b61636d652e2e2e6247787938044a0c3139322e302e322e302f32344a0b32303031"
                + "3a6462383a3a3152220a086f72646572732f2a120202051a05746f74616c1a0b6e61c3af766520f09f9491520a0a012a12"
                + "0501020304055801620a323032342d30322d32396a0b0880f2d6ca0610959aef3a720b0880f2d6ca0610959aef3a7a0b08"
                + "80f2d6ca0610959aef3a8201060880f2d6ca068a010c08ffb1f8841b10ff93ebdc0392010b0880f2d6ca0610959aef3a9a"
                + "010c0880f2d6ca061080cab5ee01a001ffffffffffffffffff01aa010f0803120b0880f2d6ca0610959aef3aaa01130802"
                + "120210011a0b0880f2d6ca0610959aef3aaa011508ffffffff0f12001a0b0880f2d6ca0610959aef3ab001ffffffffffff"
                + "ffffff01ba010a080a103c18ffffffff0f")
        let snapshot = Reply.snapshot(SnapshotResponse(revision: 300, sizeBytes: .max))
        #expect(
            hex(ServerFrame(id: 5, end: true, result: .success(snapshot)).bytes.dropFirst(4))
                == "08051001f2010e08ac0210ffffffffffffffffff01")
        let refusal = Refusal(
            .unimplemented, Reason(rawValue: "R"), "m", violations: [FieldViolation("a", "b")],
            retryAfter: .milliseconds(1_500))
        #expect(
            hex(ServerFrame(id: 7, end: true, result: .failure(refusal)).bytes.dropFirst(4))
                == "080710011a1a080c12016d1a015222060a01611201622a0808011080cab5ee01")
    }
}
