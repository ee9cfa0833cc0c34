# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# For the scripts that prove the packaging: bare Debian systems to install into, in directories. Sourced; it runs the
# script again in a mount namespace of its own, as root, so that every mount ends with the script.

release=bookworm
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ "${LATCHKEY_IN_NAMESPACE:-}" != 1 ]; then
    [ "$(id -u)" -eq 0 ] || { echo "$0: needs root, for chroot and mount" >&2; exit 1; }
    command -v debootstrap >/dev/null || { echo "$0: needs debootstrap: apt-get install debootstrap" >&2; exit 1; }
    exec env LATCHKEY_IN_NAMESPACE=1 unshare --mount --propagation private "$0" "$@"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-proof.XXXXXX")
cleanup() {
    for child in $(jobs -p); do kill -KILL "$child" 2>/dev/null; done
    # What is mounted below must be gone before anything is removed.
    awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r | while read -r place; do
        umount --lazy "$place"
    done
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# Shows a command, runs it, and ends the script when its status is not 0.
must() {
    printf '$ %s\n' "$*"
    "$@" || fail "status $? of: $*"
}

# bare_root DIRECTORY: Debian's smallest system. It is downloaded once, and kept beside what is built.
bare_root() {
    local archive="$repository/.build/debian/$release.tar"
    if [ ! -f "$archive" ]; then
        mkdir -p "$(dirname "$archive")"
        debootstrap --variant=minbase "$release" "$work/bootstrap" "$mirror" >"$work/debootstrap.log" 2>&1 \
            || { tail "$work/debootstrap.log" >&2; fail "debootstrap"; }
        tar -C "$work/bootstrap" -cf "$archive.tmp" . && mv "$archive.tmp" "$archive"
        rm -rf --one-file-system "$work/bootstrap"
    fi
    mkdir -p "$1"
    tar -C "$1" -xf "$archive"
    # The mirror and the network's settings are the machine's; they are not part of what is proved.
    printf 'deb %s %s main\n' "$mirror" "$release" >"$1/etc/apt/sources.list"
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    # No service is started by installing it.
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

# in_root DIRECTORY COMMAND...: runs it there as root, with nothing of this machine's environment.
in_root() {
    local root=$1
    shift
    mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
    [ -c "$root/dev/null" ] || mount --bind /dev "$root/dev"
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}
