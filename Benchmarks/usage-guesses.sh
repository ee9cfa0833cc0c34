#!/bin/sh
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
#
# A million guesses from one address must leave every event of the last hour that belongs to a key in place.
#
#   Benchmarks/usage-guesses.sh [PROGRAM] [GUESSES]
#
# Starts a server with default settings, asks a thousand times or more about one key, then makes GUESSES (1000000) with
# tokens of another store, and compares what the usage log has of the key before and after. Takes about a minute.
set -eu

program=${1:-.build/release/latchkey}
guesses=${2:-1000000}
directory=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$directory"' EXIT INT TERM

serve() {
  "$program" serve --data "$directory/$1" --failed-validates off 2>>"$directory/$1.log" &
  server=$!
  "$program" health --wait 30 --address "unix:$directory/$1/latchkey.sock" >/dev/null
}

stop() {
  kill -TERM "$server"
  wait "$server" || true
  server=
}

# Tokens that are well formed and that the server has never seen.
serve other
"$program" bench --keys 1000 --seconds 0 --write-tokens "$directory/guesses" --address "unix:$directory/other/latchkey.sock" \
  >/dev/null
stop

serve data
socket=$directory/data/latchkey.sock
"$program" bench --keys 1 --accounts 1 --connections 1 --seconds 0 --write-tokens "$directory/key" --address "unix:$socket" \
  >/dev/null
"$program" bench --tokens "$directory/key" --connections 1 --rate 1000 --warmup 0.2 --seconds 1 --address "unix:$socket" >/dev/null

# How many events of the key the log has. Nobody asks about it meanwhile.
of_key() {
  "$program" usage list --account bench-1 -o ndjson --address "unix:$socket" | grep -c '"event"' || true
}
before=$(of_key)
test "$before" -ge 1000 || { echo "only $before events of the key before the guesses" >&2; exit 1; }

asked=0
while [ "$asked" -lt "$guesses" ]; do
  count=$("$program" bench --tokens "$directory/guesses" --connections 20 --depth 4 --warmup 0 --seconds 5 -o json 2>/dev/null \
    --address "unix:$socket" | sed -n 's/.*"validates":"\([0-9]*\)".*/\1/p')
  asked=$((asked + count))
done

after=$(of_key)
kept=$("$program" usage list --verdict NOT_FOUND -o ndjson --address "unix:$socket" | grep -c '"event"' || true)
echo "events of the key before: $before; guesses: $asked; events of the key after: $after; guesses kept: $kept"
stop
test "$before" = "$after"
