// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

import KeyModel
import Testing

/// The numbers that the document tells are those that the code holds to.
@Suite("The protocol's limits") struct ProtocolLimitTests {
    private let rows: [[String]]

    init() throws {
        rows = try ProtocolDocument.read.get().rows
    }

    @Test("a limit that the document tells is the one that holds", arguments: limits)
    func limit(what: String, value: String) {
        let found = rows.filter { $0.count == 2 && $0[0].hasPrefix(what) }
        #expect(found.map { $0[1] }.contains(value), "\(what): \(value)")
    }

    private static let limits: [(String, String)] = [
        ("a message to the server, without its length", "\(grouped(Limits.clientFrameBytes)) bytes"),
        ("a message from the server, without its length", "\(grouped(Limits.serverFrameBytes)) bytes"),
        ("a decoded message in the server's memory", "\(grouped(Limits.decodedFrameBytes)) bytes"),
        ("calls in flight on a connection", grouped(Limits.callsInFlightPerConnection)),
        ("streams among them", grouped(Limits.streamsPerConnection)),
        ("usage streams of a server", grouped(Limits.usageSubscribers)),
        ("connections of a server", grouped(Limits.connections)),
        ("records in a message of a stream", grouped(Limits.usageBatchEvents)),
        ("usage history", "\(grouped(Limits.usageHistoryBytes)) bytes"),
        ("reading on when the server closes", "\(grouped(Limits.closingLingerMilliseconds)) ms"),
        ("waiting for calls in flight when the server stops", "\(grouped(Limits.shutdownGraceMilliseconds)) ms"),
        ("`account_id`", "\(grouped(Limits.accountIDBytes)) bytes"),
        ("`key_id`", "\(grouped(KeyID.length)) bytes"),
        ("`user_id`", "\(grouped(Limits.userIDBytes)) bytes"),
        ("`name`", "\(grouped(Limits.nameCharacters)) characters"),
        ("`description`", "\(grouped(Limits.descriptionCharacters)) characters"),
        ("`client_ip`", "\(grouped(Limits.clientIPBytes)) bytes"),
        ("`resource`", "\(grouped(Limits.resourceBytes)) bytes"),
        ("`http_method`", "\(grouped(Limits.httpMethodBytes)) bytes"),
        ("`path`", "\(grouped(Limits.pathBytes)) bytes"),
        ("a token's prefix", "\(grouped(Limits.tokenPrefixCharacters)) characters"),
        ("live secrets of a key", grouped(Limits.liveSecrets)),
        ("generations of old secrets", grouped(Limits.keptOldSecrets)),
        ("`overlap`", days(Limits.longestOverlap)),
        ("`lifetime`", days(Limits.longestSpan)),
        ("paths of a mask", grouped(Limits.unknownPathsNamed)),
        ("how long a retry", "\(grouped(Limits.requestSpan.nanoseconds / 1_000_000_000)) seconds"),
        ("requests with a `request_id`", grouped(Limits.keptRequests)),
        ("keys in a store", grouped(Limits.keys)),
        ("accounts in a store", grouped(Limits.accounts)),
        ("a call's time when the caller", "\(grouped(Limits.clientTimeoutMilliseconds)) ms"),
        ("waiting beyond the deadline", "\(grouped(Limits.clientDeadlineGraceMilliseconds)) ms"),
        ("making a connection", "\(grouped(Limits.clientConnectMilliseconds)) ms"),
        ("the first pause before connecting again", "\(grouped(Limits.clientBackoffFirstMilliseconds)) ms"),
        ("the longest", "\(grouped(Limits.clientBackoffLongestMilliseconds)) ms"),
        ("silence, with answers owed", "\(grouped(Limits.clientSilenceMilliseconds)) ms"),
        ("calls that wait for a connection", grouped(Limits.clientWaitingCalls)),
        ("encoded and not yet taken", "\(grouped(Limits.clientUnwrittenBytes)) bytes"),
        ("records that wait for a slow reader", grouped(Limits.clientStreamRecords)),
    ]

    @Test("the limits are all that the tables of the document have")
    func nothingElse() {
        let begin = rows.firstIndex(of: ["What", "At most"]) ?? 0
        let told = rows[begin...].filter { $0.count == 2 && $0[1].wholeMatch(of: /[\d,]+( \w+)?/) != nil }
        #expect(told.count == Self.limits.count)
        for row in told {
            #expect(Self.limits.contains { row[0].hasPrefix($0.0) && row[1] == $0.1 }, "\(row[0])")
        }
    }

    /// 65,536.
    private static func grouped(_ value: some BinaryInteger) -> String {
        String(String(value).reversed().enumerated().flatMap { $0 > 0 && $0 % 3 == 0 ? [",", $1] : [$1] }.reversed())
    }

    private static func days(_ span: TimeSpan) -> String { "\(grouped(span.nanoseconds / 86_400_000_000_000)) days" }
}
