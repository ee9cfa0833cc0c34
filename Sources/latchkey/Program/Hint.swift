// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

internal import KeyModel

/// What a person can do about a refusal at the command line.
enum Hint {
    static func text(for refusal: Refusal, address: AddressOrigin = .usual) -> String? {
        switch refusal.reason {
        // The reason does not tell it apart, the words do.
        case .connectionRefused where refusal.message.contains("permission denied"):
            "the socket is there, and not for you: a packaged service's is for root and the group latchkey, another for "
                + "the user who runs the server"
        case .connectionRefused where refusal.message.contains("no authority that is trusted here"):
            "name the file of the server's authority: --tls-ca FILE, or LATCHKEY_TLS_CA; `openssl x509 -noout -dates` shows "
                + "until when a certificate lasts"
        case .connectionRefused where refusal.message.contains("for another name or address"):
            "--address has to name the host as the certificate does: `openssl x509 -noout -ext subjectAltName` shows it"
        case .connectionRefused where refusal.message.contains("does not speak TLS"):
            "say HOST:PORT, without tls://, if it is a port of this machine in the clear"
        case .connectionRefused where refusal.message.contains("private key"):
            "--tls-certificate and --tls-key, or LATCHKEY_CLIENT_CERTIFICATE and LATCHKEY_CLIENT_KEY, name the files"
        case .connectionRefused:
            switch address {
            case .flag(let address): "--address says \(address): is the server running, and does it listen there?"
            case .environment(let address):
                "LATCHKEY_ADDRESS says \(address): is the server running, and does it listen there? --address comes "
                    + "before it"
            case .usual:
                "is the server running? start it with `latchkey serve --data ./latchkey-data`, or say where it is: "
                    + "--address"
            }
        case .connectionLost: "the server may have stopped; `latchkey health --wait 10` waits until it is back"
        case .deadlineExceeded: "allow more time with --timeout, or see how the server does: `latchkey health`"
        case .protocolViolation: "is it Latchkey's frame port? see --address; one with TLS is tls://HOST:PORT"
        case .activeKeyLimit:
            "revoke or disable a key, or raise the cap: `latchkey account set ACCOUNT --max-active-keys N` (0 = none)"
        case .revisionMismatch:
            "see what has changed: `latchkey key get ID` or `latchkey account get ACCOUNT`; then say the revision that it "
                + "shows, or leave --expect-revision out"
        case .keyCountMismatch:
            "look at them: `latchkey key list --account ACCOUNT --status all`; if all may go, say that number: --expect N"
        case .downgradeTooLate:
            "`latchkey key get ID` shows until when an earlier one could be set; for later upgrades, "
                + "`latchkey account set ACCOUNT --downgrade-window 7d` leaves more time"
        case .keyExpired: "extend it first: `latchkey key update ID --expires 30d`"
        case .tooManySecrets:
            "end the old ones with `latchkey key retire-secrets ID`, or cut them now: `latchkey key rekey ID --overlap 0`"
        case .fieldNotImplemented, .callNotImplemented: "the server is older than this program, or does not have it yet"
        case .tooManyConnections:
            "close some connections, or share one; where the server's limit of open files allows fewer than "
                + "\(Grouped.text(Limits.connections)), as its log says, raise that: `ulimit -n`, LimitNOFILE= in a unit"
        case .tooManyPeerConnections:
            "close some connections of this machine's, or share one; who is behind one address with many others needs "
                + "more of the server: `latchkey serve --connections-per-peer`"
        case .overloaded:
            "try again shortly; `latchkey usage top` shows who asks how much, and the server's log what it has refused"
        case .tooManyFailures:
            "see that the token is whole, and wait as long as it says; `latchkey usage list --denied` shows an administrator "
                + "who tries wrong ones"
        case .keyNotFound:
            "a key's id is in its token, the 12 letters and digits behind the prefix; `latchkey audit list DIRECTORY` "
                + "names every key, `latchkey key list --account ACCOUNT --status all` those of an account"
        case .callerRequired:
            "give a caller's token: --token-file FILE or LATCHKEY_TOKEN; a server has put its first administrator's beside "
                + "its data, DIRECTORY.admin-token; on its Unix socket the user whom it runs as needs none; `latchkey usage "
                + "list --denied` tells him what is wrong with a token"
        case .rightMissing:
            "`latchkey whoami` shows what this caller may do; an administrator gives him more: `latchkey caller update ID "
                + "--grant RESOURCE:ACTION`, with all that he is to have"
        case .rightsExceeded:
            "`latchkey whoami` shows what you may do, and until when: give no more, no more addresses and no later end "
                + "(--expires), or ask an administrator"
        case .lastAdministrator: "make another one first: `latchkey caller create --role administrator --name NAME`"
        case .accountNotFound: "`latchkey account list` shows those that there are"
        case .shuttingDown: "`latchkey health --wait 30` waits until it is back"
        case .storeFailed: "the server's log says what is wrong with its disk"
        default: nil
        }
    }
}
