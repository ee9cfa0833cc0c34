// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// Every bound of the program: queues, buffers, frames, batches, counts and timeouts, with their units in their names.
public enum Limits {
    // MARK: Frames

    /// The largest message a client may send, without its length prefix.
    public static let clientFrameBytes = 64 * 1024
    /// The largest message the server sends, without its length prefix.
    public static let serverFrameBytes = 1024 * 1024
    /// What one client frame may grow to in memory when it is decoded.
    public static let decodedFrameBytes = 512 * 1024
    /// Calls that one connection may have in flight; beyond it the server stops reading from it.
    public static let callsInFlightPerConnection = 256
    /// Streams among them.
    public static let streamsPerConnection = 16
    /// Frames of a connection that speaks for nobody, which are answered in a turn of `sweepMilliseconds`,
    public static let strangersFrames = 16
    /// and what all of them together may take of it before each is answered one.
    public static let strangersMicroseconds: Int64 = 10_000
    /// What a connection's buffer may keep of the memory that it grew to.
    public static let retainedBufferBytes = 16 * 1024
    /// Calls of all connections that are in flight, when the operator does not say; streams and Validates have bounds
    /// of their own.
    public static let callsInFlight = 4_096
    /// How many of these revocations may be beyond that: one in so many.
    public static let revocationReserveShare = 8
    /// When to come again to a server that has more to do than it can.
    public static let overloadRetryMilliseconds: Int64 = 1_000
    /// Connections that a server holds open at once, when the operator does not say.
    public static let connections = 10_000
    /// Those of one address, likewise; of IPv6, of one /64.
    public static let connectionsPerPeer = 1_000
    /// New ones in a second for each event loop, likewise; others wait to be accepted. To accept and to close one takes as
    /// long as some fifty Validates.
    public static let newConnectionsPerSecond = 500
    /// What may be set for each of these.
    public static let mostConnections = 1_000_000
    /// Beyond those, so many that come from this machine, over Unix sockets: whoever looks what is wrong.
    public static let localConnections = 8
    /// Connections beyond those that are told why they are refused, at once; more are closed without a word.
    public static let refusedConnections = 16
    /// How many sockets there may be beyond all of these before none is accepted: those that are closed already, but
    /// whose event loop has not come to it.
    public static let closingConnections = 16
    /// How long nothing is accepted after it failed for want of descriptors or memory.
    public static let acceptRetryMilliseconds: Int64 = 100
    /// Likewise after there were as many sockets as may be.
    public static let acceptFullMilliseconds: Int64 = 10
    /// How long a connection may take for its TLS handshake, when the operator does not say;
    public static let handshakeMilliseconds: Int64 = 10_000
    /// from then until it has sent its first frame;
    public static let firstFrameMilliseconds: Int64 = 10_000
    /// from a frame's first byte to its last;
    public static let frameMilliseconds: Int64 = 10_000
    /// and with nothing in flight and nothing read.
    public static let idleMilliseconds: Int64 = 3_600_000
    /// The least and the most that an operator may say of these.
    public static let deadlineMilliseconds: ClosedRange<Int64> = 100...86_400_000
    /// How often an event loop looks at some of its connections, and in how many turns at all of them.
    public static let sweepMilliseconds: Int64 = 100
    public static let sweepTurns = 10
    /// After how long without a byte a connection's buffers are given back.
    public static let bufferIdleMilliseconds: Int64 = 2_000
    /// What pages of lists may wait for a peer to read them, when the operator does not say: 16 of the largest. The next
    /// is not begun before one has gone.
    public static let slowReaderBytes = 16 * 1024 * 1024
    /// Pages of all connections that are made, or wait to be read.
    public static let pagesInFlight = 256
    /// How long a peer that asks for more than may wait may read nothing. Others may for as long as a frame may take to
    /// come.
    public static let slowReaderMilliseconds: Int64 = 2_000
    /// What is read in that time at least by who reads.
    public static let readBytes: Int64 = 64 * 1024
    /// The least and the most that he may say.
    public static let slowReaderByteRange = serverFrameBytes...1024 * 1024 * 1024
    /// Connections of each listening socket that wait to be accepted.
    public static let waitingConnections: Int32 = 1_024
    /// Listening sockets that whoever started the service may pass to it.
    public static let passedSockets = 16

    // MARK: What a request may hold

    public static let accountIDBytes = 63
    public static let userIDBytes = 128
    public static let nameCharacters = 100
    public static let descriptionCharacters = 200
    public static let tokenBytes = 128
    public static let tokenPrefixCharacters = 16
    public static let clientIPBytes = 45
    public static let resourceBytes = 256
    public static let httpMethodBytes = 16
    public static let pathBytes = 1024
    public static let requestIDBytes = 16...64
    /// Paths of an update_mask that a refusal names, when they are no fields.
    public static let unknownPathsNamed = 16
    /// 2200-01-01T00:00:00Z; every time from outside lies before it.
    public static let latestTime = Timestamp(nanoseconds: 7_258_118_400 * 1_000_000_000)
    /// 100 years; every duration from outside is at most this.
    public static let longestSpan = TimeSpan.days(36_500)

    // MARK: Keys

    public static let defaultMaxActiveKeys: UInt32 = 5
    public static let defaultTokenPrefix = "lk"
    /// What is read of a file that holds a token.
    public static let tokenFileBytes = 256
    /// What a caller's token begins with.
    public static let callerTokenPrefix = "lkc"
    public static let defaultLifetime = TimeSpan.days(365)
    public static let defaultOverlap = TimeSpan.hours(4)
    public static let defaultDowngradeWindow = TimeSpan.hours(72)
    public static let longestDowngradeWindow = TimeSpan.days(365)
    public static let longestOverlap = TimeSpan.days(30)
    /// Secrets of one key that work at once, the current one included.
    public static let liveSecrets = 4
    /// Generations of old secrets whose digests are kept, so that their use is told from an unknown token.
    public static let keptOldSecrets = 8
    /// Keys in one store.
    public static let keys = 20_000_000
    /// Accounts in one store.
    public static let accounts = 5_000_000

    /// Expiries that were moved, beyond twice the number of keys, before their entries are thrown away.
    public static let staleExpiries = 1_024

    // MARK: Import

    /// Keys of one ImportKeys.
    public static let importedKeys = 100
    public static let importedHintCharacters = 8
    /// What one takes in the journal, at most, beside what it is restricted by.
    public static let importedKeyBytes = 3 * 1024
    /// What is presented and longer than this is no token of another system.
    public static let importedTokenBytes = 1_024
    /// A line of a file of keys that the command line imports: a frame's worth, with room for escapes.
    public static let importLineBytes = 1024 * 1024
    /// Calls that it has in flight, so that the server decides one while the disk takes another.
    public static let importsInFlight = 8
    /// How often it makes one of them while the server says that it is busy.
    public static let importAttempts = 30

    // MARK: Request ids

    /// How long a retry with the same request_id gets the first answer.
    public static let requestSpan = TimeSpan.seconds(600)
    /// Requests with an id that are remembered at once; a new one is refused when there are as many.
    public static let keptRequests = 250_000
    /// What they take in memory, about, when a new one is refused: `KeptRequest.storedBytes`.
    public static let keptRequestBytes = 256 * 1024 * 1024
    /// Those whose time is over that one turn of the store forgets, so that none takes long.
    public static let requestsForgottenPerTurn = 64

    // MARK: Lists

    /// Keys or accounts in one page, when the request does not say.
    public static let defaultPage = 25
    /// The most.
    public static let longestPage = 100
    /// Keys that are looked at for one page of a cursor: one that would take more ends early.
    public static let scannedKeys = 20_000
    /// What a page's keys may take in a frame, which holds some more.
    public static let pageBytes = serverFrameBytes - 4 * 1024

    // MARK: What a key may be restricted by

    /// Addresses and blocks of one key.
    public static let allowedIPs = 1_000
    /// One of them as text.
    public static let allowedIPBytes = 43
    /// Grants of one key.
    public static let grants = 1_000
    /// All grants of one key, as `Grant.listBytes` counts.
    public static let grantsBytes = 32 * 1024
    /// Fields of one grant, and fields that one Validate asks for.
    public static let fields = 100
    public static let fieldBytes = 128
    /// Requests of a rate limit in one period, and its burst.
    public static let rateRequests: UInt32 = 1_000_000
    /// The period.
    public static let ratePeriodSeconds: UInt32 = 86_400
    /// How far the clocks of two event loops, or the clock before and after it was set back, may be apart before a rate
    /// limit begins anew.
    public static let rateClockMilliseconds: Int64 = 1_000
    /// Elements of a list that a refusal names, when more are wrong.
    public static let violationsNamed = 16

    // MARK: Validate

    /// Validates in one batch.
    public static let batchValidates = 100
    /// Outcomes in one report, and the HTTP statuses that one may have.
    public static let reportedOutcomes = 1_000
    public static let outcomeStatuses: ClosedRange<UInt32> = 100...599
    /// How long a Validate without a deadline waits for its `min_revision`.
    public static let revisionWaitMilliseconds: Int64 = 5_000
    /// Validates of all connections that wait so.
    public static let revisionWaiters = 4_096

    // MARK: Failures and overload

    /// How often one address may present a token that is no caller's in force, when the operator does not say.
    public static let failedAuthorizations = RateLimit(requests: 10, perSeconds: 1, burst: 200)
    /// How often a caller may ask about tokens that are no key's for one client address, likewise.
    public static let failedValidates = RateLimit(requests: 100, perSeconds: 1, burst: 1_000)
    /// Of how many parties failures are remembered, of each kind: so many sets of so many; 128 KiB.
    public static let failureSets = 1_024
    public static let failureWays = 8
    /// How long Validates may wait in the sockets before some are shed, when the operator does not say.
    public static let queueDelayMilliseconds: Int64 = 50
    /// The least and the most that he may say.
    public static let queueDelayMillisecondRange: ClosedRange<Int64> = 1...10_000
    /// For how long all must wait so long before any is shed,
    public static let shedPatienceMilliseconds: Int64 = 100
    /// and how long all must have been taken before that ends: far longer, because to begin again takes so long.
    public static let shedCalmMilliseconds: Int64 = 500
    /// While some are shed, the others are to wait this part of the queue delay: one in so many; longer if they come in
    /// bursts,
    public static let shedWantedShare: Int64 = 16
    /// that is, if this part of an event loop's time is idle while some are shed: one in so many.
    public static let shedIdleShare: Int64 = 16
    /// How soon the share of those that are taken follows what they wait.
    public static let shedReactionMilliseconds: Int64 = 50
    /// A read of so much leaves something in the socket, perhaps.
    public static let fullReadBytes = 32 * 1024
    /// Each further read counts for so many when the socket was full: what waits at the sender's side is not seen.
    public static let blockedSenderReads = 3
    /// How many further reads are counted for what it left.
    public static let backlogReads = 1_000
    /// The least share: one in so many.
    public static let shedLeastShare: Int64 = 64
    /// Longer rounds are as long as this.
    public static let longestRoundNanoseconds: Int64 = 1 << 40
    /// Of frames that are shed one in so many is timed; a power of two.
    public static let shedCostSample: Int64 = 16
    /// What one of them takes, at most.
    public static let shedCostNanoseconds: Int64 = 10_000
    /// How often the log says what was refused, when anything was.
    public static let refusalReportMilliseconds: Int64 = 10_000
    /// How long a change or a list may wait for its turn in the store before it is shed.
    public static let storeQueueMilliseconds: Int64 = 1_000

    /// What a connection may take of memory, the kernel's part of it included, when memory is limited.
    public static let connectionBytes = 16 * 1024
    public static let tlsConnectionBytes = 48 * 1024
    /// When so many connections have ended, memory is given back to the system,
    public static let memoryReturnConnections = 1_000
    /// so much later, and so not more often.
    public static let memoryReturnMilliseconds: Int64 = 10_000

    // MARK: Journal

    /// The body of one journal record.
    public static let journalBodyBytes = 128 * 1024
    /// What the largest mutation of one key or account takes in the journal, with some to spare, beside what the key is
    /// restricted by.
    public static let mutationBytes = 8 * 1024
    /// Caller and peer in a journal record, each.
    public static let journalNameBytes = 255
    /// A journal segment; the next begins when a batch would not fit.
    public static let journalSegmentBytes = 8 * 1024 * 1024
    /// The longest file that is read as a segment, so that a foreign one cannot take all memory.
    public static let journalSegmentReadBytes = 64 * 1024 * 1024
    /// How often space for a new spare segment is sought while there is none.
    public static let journalReserveRetryMilliseconds: Int64 = 500
    /// How long the journal is idle before a mark and `HEAD` say that all of it is on disk. With the two syncs that it
    /// takes, that is the 5 ms within which a damaged end cannot be told from a torn one.
    public static let journalMarkMilliseconds: Int64 = 2
    /// The least that a new segment must have room for when the disk is nearly full, beside what goes into it at once.
    public static let journalLeastRoomBytes = 2 * mutationBytes
    /// How long `HEAD` may be behind while the journal is never idle.
    public static let journalHeadMilliseconds: Int64 = 1_000
    /// Torn ends that were cut and are kept to look at.
    public static let journalTornTails = 16
    /// A file of settings.
    public static let configurationFileBytes = 1 << 20

    /// File descriptors beside those of connections: files, sockets that listen, what the runtime needs.
    public static let otherFileDescriptors = 72
    /// How long segments that recovery needs no more are kept as the audit trail.
    public static let historySpan = TimeSpan.days(400)
    /// What one batch of the journal may hold before appending waits.
    public static let journalBatchBytes = 4 * 1024 * 1024

    /// What the memory of a batch begins with; it grows by doubling.
    public static let journalBatchFirstBytes = 64 * 1024
    /// When a mutation that finds too many others waiting for the disk is to come again.
    public static let storeBusyRetryMilliseconds: Int64 = 50

    // MARK: Snapshots

    /// How often a snapshot is written, when anything has changed.
    public static let snapshotSeconds: Int64 = 300
    /// How much journal is written before one is, sooner than that.
    public static let snapshotJournalBytes: UInt64 = 64 * 1024 * 1024
    /// How long after one that failed the next is tried.
    public static let snapshotRetrySeconds: Int64 = 30
    /// Snapshots that are kept, with the journal since the older one.
    public static let snapshotsKept = 2
    /// What a key takes in one, about; for the first.
    public static let snapshotKeyBytes = 512
    /// How long one is written only when the processor is idle, before it takes its share like everybody.
    public static let snapshotPatienceSeconds: Int64 = 60
    /// Records that the store hands out in one turn.
    public static let snapshotSliceRecords = 64
    /// What is tagged and written at once: a chunk is closed by the record that makes it this long.
    public static let snapshotChunkBytes = 128 * 1024
    /// The memory for one when they are read; a longer chunk gets its own.
    public static let snapshotReadBytes = snapshotChunkBytes + 16 * 1024
    /// How often it is looked whether one is due.
    public static let snapshotLookMilliseconds: Int64 = 1_000
    /// The longest chunk that is read, so that a foreign file cannot take all memory.
    public static let snapshotChunkReadBytes = 1024 * 1024
    /// How much of a snapshot is written before it is synced for the first time.
    public static let snapshotSyncBytes = 8 * 1024 * 1024

    /// How often what a running store has moved or removed meanwhile is looked for again by a tool that reads beside it.
    public static let inspectionAttempts = 8

    // MARK: Usage

    /// A piece of the history, unless one event is longer.
    public static let usageChunkBytes = 64 * 1024
    /// Each event loop's ring of usage events that wait to be numbered.
    public static let usageLaneBytes = 1024 * 1024
    /// How much of that ring outcomes leave to events.
    public static let usageLaneEventBytes = usageLaneBytes / 2
    /// Of how many of each event loop's latest events the log knows where in memory they are, so that an outcome can be
    /// joined with its event; 8 bytes each. A power of two.
    public static let usagePlacesPerLane = 65_536
    /// The latest events that the log keeps in memory, so that those who follow it read no file.
    public static let usageHistoryBytes = 8 * 1024 * 1024
    /// How long the log lets events gather before it looks again, so that it wakes rarely under load.
    public static let usageGatherMilliseconds: Int64 = 5
    /// Subscribers to the usage log at once.
    public static let usageSubscribers = 256
    /// What the usage log may take on disk, and how long it is kept, when the operator does not say.
    public static let usageBytes: UInt64 = 1024 * 1024 * 1024
    public static let usageSpan = TimeSpan.days(30)
    /// Of what it may take, the part that is for events that belong to no key: one in so many bytes.
    public static let usageKeylessShare: UInt64 = 8
    /// The least that it may be held to.
    public static let usageLeastBytes: UInt64 = 1024 * 1024
    public static let usageLeastSpan = TimeSpan.hours(1)
    /// A segment of it; an eighth of what all may take, if that is less.
    public static let usageSegmentBytes: UInt64 = 8 * 1024 * 1024
    /// Into how many segments the time that it is kept is divided, at least.
    public static let usageSegmentsInSpan: Int64 = 30
    /// A batch of events in a segment: one more event would not fit.
    public static let usageFrameBytes = 64 * 1024
    /// What must be left free on the disk: usage never takes what the journal needs.
    public static let usageLeastFreeBytes: UInt64 = 4 * UInt64(journalSegmentBytes)
    /// Sequences that are reserved at once, so that none is given twice after a crash.
    public static let usageReservedSequences: UInt64 = 262_144
    /// The last sequence that is taken for one: what a foreign file says beyond it is damage, and sums stay far from the
    /// end of the numbers.
    public static let latestUsageSequence: UInt64 = 1 << 62
    /// How far sequences go forward when the file that says which were reserved is lost.
    public static let usageLostReservation: UInt64 = 1 << 32
    /// How often what was written is synced, and what could not be written is tried again.
    public static let usageSyncMilliseconds: Int64 = 1_000
    /// How long a stream that follows is quiet before a heartbeat; the first comes with the next sync.
    public static let usageHeartbeatMilliseconds: Int64 = 10_000
    /// Records in one message of a usage stream.
    public static let usageBatchEvents = 128

    // MARK: Time

    /// The shortest lifetime of a key.
    public static let shortestLifetime = TimeSpan.milliseconds(1)
    /// When to connect again to a server that stops, or that holds as many connections as it may.
    public static let connectAgainSeconds: Int64 = 1
    /// How fast the store's clock may be drawn towards the wall clock, in parts per million.
    public static let clockSlewPartsPerMillion: Int64 = 500
    /// A difference between the two that is told to the operator.
    public static let clockJumpMilliseconds: Int64 = 1_000
    /// How often they are compared.
    public static let clockCheckMilliseconds: Int64 = 1_000
    /// How long a connection that the server closes may take to read what it was sent last.
    public static let closingLingerMilliseconds: Int64 = 500
    /// How long a stopping server waits for the calls that are in flight.
    public static let shutdownGraceMilliseconds: Int64 = 5_000

    // MARK: Service manager

    /// What a message to the service manager asks for when it asks for more time.
    public static let managerExtensionSeconds: Int64 = 60
    /// How often it asks again while the last snapshot is written.
    public static let managerExtensionRepeatSeconds: Int64 = 10
    /// How often it does at most; a snapshot that takes longer is stuck, and the manager ends it.
    public static let managerExtensions = 180
    /// How often the manager is told how the store is, when that has changed.
    public static let managerStatusSeconds: Int64 = 1
    /// How long telling it anything may take.
    public static let managerSendMilliseconds: Int64 = 1_000

    // MARK: Client

    /// Calls that wait in a client for a connection, or for their turn on it.
    public static let clientWaitingCalls = 10_000
    /// What a client has encoded and its socket has not taken yet, before further calls wait.
    public static let clientUnwrittenBytes = 1024 * 1024
    /// How long a call of a client may take when it does not say itself.
    public static let clientTimeoutMilliseconds: Int64 = 10_000
    /// How long the command line lets a snapshot take when it is not told: it is as long as the store is large.
    public static let snapshotCallMilliseconds: Int64 = 600_000
    /// How long a client goes on waiting for an answer after the server's deadline has passed.
    public static let clientDeadlineGraceMilliseconds: Int64 = 100
    /// How long a client may take to connect.
    public static let clientConnectMilliseconds: Int64 = 5_000
    /// A client's pause after its first failed attempt to connect; it doubles with each further one.
    public static let clientBackoffFirstMilliseconds: Int64 = 50
    /// Its longest pause.
    public static let clientBackoffLongestMilliseconds: Int64 = 5_000
    /// How long a server may owe an answer without sending a byte before its connection is taken for dead.
    public static let clientSilenceMilliseconds: Int64 = 5_000
    /// Records that `usage list` keeps, so that it can show a request's status, which its outcome tells, in its line; and
    /// events of which `usage tail` knows what they were about.
    public static let usageListRecords = 65_536
    public static let usageTailEvents = 4_096
    /// Usage records that wait in a client for a slow reader before it stops reading from the socket.
    public static let clientStreamRecords = 1_024

    // MARK: Command line

    /// How long something takes before its progress is shown.
    public static let progressDelayMilliseconds: Int64 = 1_000
    /// How often it is drawn again on a terminal.
    public static let progressRedrawMilliseconds: Int64 = 250
    /// How often it gets a line where nothing can be drawn again.
    public static let progressLineMilliseconds: Int64 = 5_000
    /// How often a loading server says how far it has come.
    public static let loadingReportMilliseconds: Int64 = 1_000
    /// How often `health --wait` asks.
    public static let healthRetryMilliseconds: Int64 = 100
    /// How long a completion waits for a server.
    public static let completionMilliseconds: Int64 = 150
    /// What is read of a file of keys at once.
    public static let importReadBytes = 64 * 1024

    /// What an export gathers before it writes.
    public static let exportBufferBytes = 64 * 1024
    /// The longest line of an export: an event's texts, each byte of them escaped.
    public static let exportLineBytes = 64 * 1024
    /// Keys, and addresses, that `usage top` counts in each of its intervals.
    public static let topCounters = 512
    /// How far back it looks, and in how many intervals at most.
    public static let topWindowMilliseconds: Int64 = 60_000
    public static let topIntervals = 60
    /// The shortest and the longest of them.
    public static let topShortestMilliseconds: Int64 = 200
    public static let topLongestMilliseconds: Int64 = 3_600_000
    /// Lines that each of its tables has at most.
    public static let topRows = 20
    /// Addresses that `key superseded` tells apart for each old secret.
    public static let supersededClients = 64
    /// How many of them a table names at least.
    public static let supersededClientsShown = 3

    /// What is longer is not compared with the names that there are, to find which was meant.
    public static let comparedNameCharacters = 64

    // MARK: Secure heap

    /// Room for the keys of a store and for the token of every caller that is connected, 128 bytes each.
    public static let secureHeapBytes = 2 << 20
    /// More than any key or token has; what is larger is not kept there.
    public static let secureHeapLargestBytes = 256
    /// The smallest piece of it.
    public static let secureHeapLeastBytes = 32

    // MARK: TLS

    /// The largest file of certificates, of a private key, or of the callers whom certificates speak for.
    public static let tlsFileBytes = 1024 * 1024
    /// Alternative names of a client's certificate that are looked at, and what each may have.
    public static let tlsCertificateNames = 64
    public static let tlsNameBytes = 2_048
    /// How often the server looks whether its certificate's files have changed.
    public static let tlsLookMilliseconds: Int64 = 1_000
    /// What an event loop spends on handshakes before those that wait let it do something else for as long, at least.
    public static let handshakeTurnMicroseconds: Int64 = 1_000
    /// What is read of a connection that waits for its turn; a handshake's messages are far shorter.
    public static let waitingHandshakeBytes = 64 * 1024

    // MARK: Load generator

    /// Calls that an open loop makes in a second.
    public static let benchCallsPerSecond = 10_000_000
    /// Calls that one of its connections may have in flight: so many ids have two bytes.
    public static let benchCallsPerConnection = 16_000
    /// Those that an open loop may have in all, when it is not told: far more than a server keeps waiting.
    public static let benchCallsInFlight = 1_000_000
    /// How long its threads wait before they send again what is due: a microsecond for each 1,000 calls a second, within
    /// this.
    public static let benchTickMicroseconds: ClosedRange<Int64> = 100...1_000
    /// How long before its first call is due its threads are told.
    public static let benchLeadMilliseconds: Int64 = 10
    /// How long answers are waited for when it is over.
    public static let benchPatienceMilliseconds: Int64 = 2_000
    /// Connections that keys are made over.
    public static let benchKeyConnections = 8
}
