// Copyright 2026 The Latchkey Authors
// SPDX-License-Identifier: Apache-2.0

/// What comes of every call, for every caller, as it is to be.
///
/// They ask about account acme: a key of it, its list, its settings, its usage. Where the table says
///
///     done    it is done, or answered
///     right   PERMISSION_DENIED, RIGHT_MISSING: he may do this nowhere, or not make this there
///     hidden  NOT_FOUND, as if there were no acme
///     empty   answered, with nothing of acme in it
///     caller  UNAUTHENTICATED, CALLER_REQUIRED
///
/// The stranger has no token. The last five are administrators, every one of them was one on this connection, and each
/// is not any more: expired and disabled meanwhile, revoked while a stream of his was open, re-keyed and past the
/// overlap of the secret he has, and tied to an address that is not his. Tenants are narrowed to account other.
enum CallerTable {
    static let text = """
        call             administrator  issuer  validator  auditor  none   tenant  stranger  expired  disabled  revoked  superseded  elsewhere
        create_key       done           done    right      right    right  right   caller    caller   caller    caller   caller      caller
        get_key          done           done    right      done     right  hidden  caller    caller   caller    caller   caller      caller
        list_keys        done           done    right      done     right  hidden  caller    caller   caller    caller   caller      caller
        update_key       done           done    right      right    right  hidden  caller    caller   caller    caller   caller      caller
        rekey_key        done           done    right      right    right  hidden  caller    caller   caller    caller   caller      caller
        retire_secrets   done           done    right      right    right  hidden  caller    caller   caller    caller   caller      caller
        revoke_key       done           done    right      right    right  hidden  caller    caller   caller    caller   caller      caller
        revoke_all_keys  done           done    right      right    right  hidden  caller    caller   caller    caller   caller      caller
        validate         done           right   done       right    right  empty   caller    caller   caller    caller   caller      caller
        validate_batch   done           right   done       right    right  empty   caller    caller   caller    caller   caller      caller
        report_outcome   done           right   done       right    right  done    caller    caller   caller    caller   caller      caller
        stream_usage     done           right   right      done     right  empty   caller    caller   caller    caller   caller      caller
        get_account      done           done    right      done     right  hidden  caller    caller   caller    caller   caller      caller
        update_account   done           right   right      right    right  right   caller    caller   caller    caller   caller      caller
        list_accounts    done           done    right      done     right  empty   caller    caller   caller    caller   caller      caller
        import_keys      done           done    right      right    right  right   caller    caller   caller    caller   caller      caller
        who_am_i         done           done    done       done     done   done    done      done     done      done     done        done
        health           done           done    done       done     done   done    done      done     done      done     done        done
        snapshot         done           right   right      right    right  right   caller    caller   caller    caller   caller      caller
        """

    /// What each is granted. None has a right, but no call takes it.
    static let grants: [String: [String]] = [
        "issuer": ["keys:create,read,update,delete", "accounts:read"],
        "validator": ["validation:read", "usage:create"],
        "auditor": ["keys:read", "accounts:read", "usage:read", "audit:read"],
        "none": ["store:download"],
        "tenant": ["other/*:*"],
    ]

    enum Told: String {
        case done, right, hidden, empty, caller
    }

    struct Cell {
        let call: String
        let caller: String
        let told: Told
    }

    /// As docs/CALLERS.md has it.
    static var document: [String] {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let head = [line(rows[0]), "|" + String(repeating: "---|", count: rows[0].count)]
        return head + rows.dropFirst().map { line(["`\($0[0])`"] + $0.dropFirst()) }
    }

    static let callers = Array(rows[0].dropFirst())
    static let calls = rows.dropFirst().map { $0[0] }

    static let cells = rows.dropFirst().flatMap { row in
        zip(callers, row.dropFirst()).compactMap { caller, text in
            Told(rawValue: text).map { Cell(call: row[0], caller: caller, told: $0) }
        }
    }

    private static let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
}
