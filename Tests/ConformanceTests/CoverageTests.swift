// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KeyModel
import Testing

/// What the cases themselves must be.
@Suite("The conformance suite's cases")
struct CoverageTests {
    private let suite: ConformanceSuite

    /// Reasons that no case can bring about, and why.
    private static let withoutCase: [Reason: String] = [
        .callMissing: "the frame door's own: a frame without a call",
        .callUnknown: "the frame door's own: a call of a later version",
        .frameTooLarge: "the frame door's own: clients refuse to send it",
        .frameUndecodable: "the frame door's own: no JSON makes such bytes",
        .idInvalid: "the frame door's own: ids are the client's",
        .protocolViolation: "the client's own, of a server that is none",
        .connectionLost: "the client's own",
        .connectionRefused: "the client's own",
        .tooManyConnections: "takes 10,000 connections",
        .tooManyPeerConnections: "takes a thousand connections",
        .firstFrameTimeout: "the frame door's own: takes a connection that sends nothing",
        .frameTimeout: "the frame door's own: takes half a frame",
        .idleTimeout: "the frame door's own: takes a connection that has nothing to do",
        .slowReader: "the frame door's own: takes a client that does not read",
        .overloaded: "takes a server that is busy",
        .tooManyFailures: "takes a thousand wrong tokens",
        .tooManyStreams: "takes more streams than there may be",
        .usageLogOff: "takes a server without a usage log",
        .cancelled: "who ends a stream waits for no answer",
        .fieldNotImplemented: "of what this version does not serve yet",
        .callNotImplemented: "of what this version does not serve yet",
        .replyTooLarge: "takes more than a megabyte of answers",
        .callerRequired: "the cases are an administrator's",
        .rightMissing: "the cases are an administrator's",
        .rightsExceeded: "the cases are an administrator's",
        .lastAdministrator: "takes a store without other administrators",
        .keyExists: "of ImportKeys, whose cases would change what other tokens get",
        Reason(rawValue: "REQUEST_IDS_FULL"): "takes as many requests as the service remembers",
        Reason(rawValue: "SECRET_GONE"): "takes a restart",
        .storeFull: "takes 20 million keys",
        .storeBusy: "takes a disk that is slow",
        .diskFull: "takes a disk that is full",
        .storeFailed: "takes a disk that is broken",
        .shuttingDown: "takes a server that is stopping",
        .deadlineExceeded: "takes a server that is busy",
    ]

    init() throws {
        suite = try ConformanceSuite.shared.get()
    }

    @Test("every row has at least eight cases, and every case its row and a name of its own")
    func rows() {
        for row in suite.rows {
            let names = suite.cases.filter { $0.row == row.name }.map(\.name)
            #expect(names.count >= 8, "\(row.name) \(row.about)")
            #expect(Set(names).count == names.count, "\(row.name) has two cases of one name")
            #expect(!names.contains(""), "\(row.name) has a case without a name")
        }
        let known = Set(suite.rows.map(\.name))
        for test in suite.cases {
            #expect(known.contains(test.row), "\(test.name) is of the row \(test.row), which there is not")
            #expect(!test.steps.isEmpty, "\(test.row) \(test.name) does nothing")
        }
        #expect(Set(suite.later.keys).isSubset(of: known))
    }

    @Test("every file of the folder is read")
    func files() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: ConformanceSuite.folder.path)
        let read = suite.rows.map { ConformanceSuite.file($0.name) + ".json" } + ["suite.json", "README.md"]
        #expect(Set(files) == Set(read))
    }

    @Test("every verdict is expected by some case", arguments: Verdict.allCases)
    func verdicts(verdict: Verdict) {
        #expect(expected.contains("VERDICT_\(verdict.name)"))
    }

    @Test("every reason is expected by some case, or it is said why not")
    func reasons() throws {
        let url = ConformanceSuite.folder.appendingPathComponent("../../Sources/KeyModel/Refusal.swift")
        let source = try String(contentsOf: url, encoding: .utf8)
        let names = source.matches(of: /Reason\(rawValue: "([A-Z_]+)"\)/).map { String($0.1) }
        try #require(names.count > 20)
        for name in names {
            let isExpected = expected.contains(name)
            #expect(
                isExpected != (Self.withoutCase[Reason(rawValue: name)] != nil), "\(name): a case, or why there is none"
            )
        }
    }

    /// Every string that a step expects.
    private var expected: Set<String> {
        Set(suite.cases.flatMap(\.steps).flatMap { ($0["expect"]?.strings ?? []) + ($0["outcomes"]?.strings ?? []) })
    }
}
