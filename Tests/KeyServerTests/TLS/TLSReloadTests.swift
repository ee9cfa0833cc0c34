// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import KeyClient
import KeyModel
import KeyTLS
import KeyTesting
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

@testable import KeyServer

@Suite("R13: a server's certificate is exchanged while it serves") struct TLSReloadTests {
    @Test("100 exchanges under load: no call fails, and whoever connects then is shown the new certificate")
    func underLoad() async throws {
        let fixture = try TLSFixture()
        let pairs = [try fixture.pair("second"), try fixture.pair("third")]
        let door = try fixture.door()
        try await withServer(eventLoops: 2, tls: door) { server in
            let files = fixture.files()
            try await withThrowingTaskGroup(of: Int.self) { group in
                let isOver = Flag()
                for _ in 0..<2 {
                    group.addTask {
                        // On one connection all the time.
                        let client = server.secureClient(files)
                        var count = 0
                        while !isOver.isSet {
                            _ = try await client.whoAmI()
                            count += 1
                        }
                        await client.close()
                        return count
                    }
                    group.addTask {
                        // On a new one for each.
                        var count = 0
                        while !isOver.isSet {
                            let client = server.secureClient(files)
                            _ = try await client.whoAmI()
                            await client.close()
                            count += 1
                        }
                        return count
                    }
                }
                for number in 0..<100 {
                    let pair = pairs[number % 2]
                    try fixture.install(pair)
                    guard case .loaded = door.settle(server.server.lookAtCertificates) else {
                        Issue.record("exchange \(number)")
                        break
                    }
                    if number % 10 != 9 { continue }
                    let shown = try await Self.certificate(of: server.port)
                    #expect(try shown == CertificateNames(file: pair.certificate))
                }
                isOver.set()
                // A call that failed throws here.
                for try await count in group { #expect(count > 0) }
            }
        }
    }

    @Test("a new pair that cannot be used is told of once, and the old one stays; the next good one is taken")
    func bad() async throws {
        let fixture = try TLSFixture()
        let (second, third) = (try fixture.pair("second"), try fixture.pair("third"))
        let door = try fixture.door()
        let first = try CertificateNames(file: fixture.live.certificate)
        try await withServer(tls: door) { server in
            // A certificate without its key, as between the two halves of an exchange. While it changes nothing is read.
            try fixture.replace(fixture.live.certificate, with: second.certificate)
            let looks = (0..<5).map { _ in door.look() }
            #expect(looks.map(Self.kind) == ["same", "refused", "same", "same", "same"])
            if case .refused(let fault) = looks[1] { #expect(fault.description.contains("do not belong together")) }
            #expect(try await Self.certificate(of: server.port) == first)
            // The other half comes.
            try fixture.replace(fixture.live.key, with: second.key)
            #expect(Self.kind(door.settle(door.look)) == "loaded")
            #expect(try await Self.certificate(of: server.port) == CertificateNames(file: second.certificate))
            // Gone, then back as another.
            unlink(fixture.live.key)
            #expect(Self.kind(door.settle(door.look)) == "refused")
            try fixture.install(third)
            #expect(Self.kind(door.settle(door.look)) == "loaded")
            #expect(try await Self.certificate(of: server.port) == CertificateNames(file: third.certificate))
        }
    }

    @Test("a key that was refused for its mode is taken once that is mended, though nothing in it has changed")
    func mode() throws {
        let fixture = try TLSFixture()
        defer { withExtendedLifetime(fixture) {} }
        let door = try fixture.door()
        try fixture.install(try fixture.pair("second"))
        chmod(fixture.live.key, 0o640)
        guard case .refused(let fault) = door.settle(door.look) else {
            Issue.record("taken")
            return
        }
        #expect(fault.advice == "run: chmod 600 \(fixture.live.key)")
        chmod(fixture.live.key, 0o600)
        #expect(Self.kind(door.settle(door.look)) == "loaded")
    }

    @Test(
        "files that cannot be read for the moment are tried at every look, told of once, and taken as soon as they can be"
    )
    func passing() throws {
        let fixture = try TLSFixture()
        defer { withExtendedLifetime(fixture) {} }
        let files = ServerTLS(fixture.live)
        let attempts = Mutex(0)
        let fault = Mutex<TLSFault?>(nil)
        let door = try TLSDoor(files) { before throws(TLSFault) in
            attempts.withLock { $0 += 1 }
            if let fault = fault.withLock({ $0 }) { throw fault }
            return try files.load(after: before)
        }
        func look(_ count: Int, while other: TLSFault?) -> [String] {
            fault.withLock { $0 = other }
            return (0..<count).map { _ in Self.kind(door.look()) }
        }
        let few = TLSFault("cannot read: too many open files", advice: "", isPassing: true)
        let stale = TLSFault("cannot read: stale", advice: "", isPassing: true)
        try fixture.install(try fixture.pair("second"))
        #expect(look(4, while: few) == ["same", "refused", "same", "same"])
        #expect(attempts.withLock { $0 } == 4)
        #expect(look(2, while: stale) == ["refused", "same"])
        #expect(look(2, while: nil) == ["loaded", "same"])
        // What is wrong with the files themselves stays so until they change.
        try fixture.install(try fixture.pair("third"))
        #expect(look(3, while: few) == ["same", "refused", "same"])
        #expect(look(2, while: TLSFault("wrong", advice: "")) == ["refused", "same"])
        #expect(look(2, while: nil) == ["same", "same"])
    }

    private static func kind(_ look: TLSDoor.Look) -> String {
        switch look {
        case .same: "same"
        case .loaded: "loaded"
        case .refused: "refused"
        }
    }

    /// What the server shows to who connects now.
    private static func certificate(of port: Int) async throws -> CertificateNames {
        let seen = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: CertificateNames.self)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = [TLSRules.applicationProtocol]
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: nil,
                        customVerificationCallback: { chain, promise in
                            if let certificate = chain.first { seen.succeed(CertificateNames(certificate)) }
                            promise.succeed(.certificateVerified)
                        })
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let certificate = try await seen.futureResult.get()
        try? await channel.close().get()
        return certificate
    }
}
