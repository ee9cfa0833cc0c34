#!/bin/sh
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
#
# How many Validates a second over TLS 1.3, against the same without it.
#
#   Benchmarks/tls.sh [PROGRAM] [ROUNDS] [SECONDS] [CONNECTIONS] [DEPTH]
#
# Starts two servers, one with TLS, and asks them in turn, ROUNDS (5) times SECONDS (5) each over 50 connections with one
# call in flight, so that what else the machine does meanwhile falls on both. Prints each round's figures and the median
# of the rounds' ratios; fails below 0.7. SERVER and CLIENT may hold a command to run each under, such as "taskset -c 0".
set -eu

program=${1:-.build/release/latchkey}
rounds=${2:-5}
seconds=${3:-5}
connections=${4:-50}
depth=${5:-1}
directory=$(mktemp -d)
servers=
trap 'test -z "$servers" || kill $servers 2>/dev/null || true; rm -rf "$directory"' EXIT INT TERM

new="req -x509 -days 2 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256"
openssl $new -subj /CN=ca -keyout "$directory/ca.key" -out "$directory/ca.pem" 2>/dev/null
openssl $new -CA "$directory/ca.pem" -CAkey "$directory/ca.key" -subj /CN=server \
  -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$directory/server.key" -out "$directory/server.pem" 2>/dev/null

# Ends with the port that the system chose in $port.
serve() {
  name=$1
  shift
  ${SERVER-} "$program" serve --data "$directory/$name" --listen 127.0.0.1:0 --event-loops 1 "$@" 2>"$directory/$name.log" &
  servers="$servers $!"
  until port=$(sed -n 's/.*"message":"listening","address":"127.0.0.1:\([0-9]*\)".*/\1/p' "$directory/$name.log") &&
    test -n "$port"; do
    kill -0 $! || { cat "$directory/$name.log" >&2; exit 1; }
  done
}
serve plain
plain=$port
serve tls --tls-certificate "$directory/server.pem" --tls-key "$directory/server.key"
tls=$port

# Prints the calls a second; its arguments are the name, the port and more options.
ask() {
  name=$1
  port=$2
  shift 2
  ${CLIENT-} "$program" bench --connections "$connections" --depth "$depth" --seconds "$seconds" -o json \
    --address "127.0.0.1:$port" --token-file "$directory/$name.admin-token" "$@" 2>/dev/null |
    sed -n 's/.*"perSecond":\([0-9.]*\).*/\1/p'
}

round=0
while [ "$round" -lt "$rounds" ]; do
  round=$((round + 1))
  echo "$(ask plain "$plain") $(ask tls "$tls" --tls --tls-ca "$directory/ca.pem")"
done | awk '
  NF == 2 { ratio = $2 / $1; printf "plain %9.0f   TLS %9.0f   ratio %.3f\n", $1, $2, ratio; ratios[++count] = ratio }
  END {
    if (!count) { print "nothing was measured"; exit 1 }
    for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++)
      if (ratios[j] < ratios[i]) { swap = ratios[i]; ratios[i] = ratios[j]; ratios[j] = swap }
    median = count % 2 ? ratios[(count + 1) / 2] : (ratios[count / 2] + ratios[count / 2 + 1]) / 2
    printf "median of the ratios: %.3f\n", median
    exit median < 0.7
  }'
