#!/bin/bash
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes the golden directory of the present format with the release program: Tests/GoldenTests/v<format>. To be run once,
# when a format is new, and never again for the same one: what is there must open for ever.
#
# It leaves what a program leaves that is killed: two snapshots, history, a journal after the newer one, a live tail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
format=1
golden=Tests/GoldenTests/v$format
test ! -e "$golden" || { echo "make-golden: $golden is there already, and must stay as it is" >&2; exit 1; }
program=.build/release/latchkey
work=$(mktemp -d)
trap 'kill -9 "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
address=unix:$work/socket
export LATCHKEY_ADDRESS=$address

serve() {
    "$program" serve --data "$work/data" --unix "$work/socket" 2>/dev/null &
    server=$!
    "$program" health --wait 10 >/dev/null
}
stop() {
    kill -"$1" "$server"
    wait "$server" 2>/dev/null || true
}
field() { awk -v name="$1" '$1 == name { print $2 }'; }
create() { "$program" key create --account "$1" --user u-1 --name "$2" --unrestricted --expires never "${@:3}" 2>/dev/null; }
note() { echo "$1 $2 $3" >>"$work/expected"; }

serve
"$program" account set acme --max-active-keys 0 >/dev/null
plain=$(create acme plain)
used=$(create acme "used, and renamed" --description "größer als früher")
disabled=$(create acme disabled)
field Secret <<<"$used" | "$program" key validate >/dev/null
"$program" key update "$(field Key <<<"$used")" --name used >/dev/null
"$program" key disable "$(field Key <<<"$disabled")" >/dev/null
"$program" snapshot >/dev/null
stop TERM

serve
rekeyed=$(create other rekeyed)
again=$("$program" key rekey "$(field Key <<<"$rekeyed")" --overlap 0 --yes 2>/dev/null)
revoked=$(create other revoked)
"$program" key revoke "$(field Key <<<"$revoked")" --yes >/dev/null
"$program" snapshot >/dev/null
late=$(create acme "after the snapshot")
gone=$(create acme "revoked after the snapshot")
"$program" key revoke "$(field Key <<<"$gone")" --yes >/dev/null
stop KILL

note VALID "$(field Secret <<<"$plain")" plain
note VALID "$(field Secret <<<"$used")" used
note DISABLED "$(field Secret <<<"$disabled")" disabled
note SUPERSEDED "$(field Secret <<<"$rekeyed")" rekeyed
note VALID "$(field Secret <<<"$again")" rekeyed
note REVOKED "$(field Secret <<<"$revoked")" revoked
note VALID "$(field Secret <<<"$late")" "after the snapshot"
note REVOKED "$(field Secret <<<"$gone")" "revoked after the snapshot"

# What is preallocated and never read would be 16 MiB of zeros.
rm -f "$work/data/journal/spare.tmp" "$work/data/LOCK" "$work/data/latchkey.sock"
for segment in "$work"/data/journal/*.lkj; do
    python3 - "$segment" <<'PYTHON'
import sys
path = sys.argv[1]
content = open(path, "rb").read().rstrip(b"\0")
open(path, "r+b").truncate((len(content) + 7) // 8 * 8)
PYTHON
done
mkdir -p "$golden"
cp -r "$work/data" "$work/data.key" "$work/expected" "$golden/"
echo "made $golden:" >&2
(cd "$golden" && find . -type f -size +0 -exec ls -l {} + | awk '{ print $5, $NF }') >&2
