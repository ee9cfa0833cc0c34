#!/bin/bash
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

# Proves the Dockerfile where there is no container engine: carries out its steps in a bare Debian of the same release,
# then runs what came of it as an engine would, with a read-only root, only the volumes writable, as process 1, as its
# user and without a capability.
#
#     prove-dockerfile.sh PROGRAM           the final stage; PROGRAM stands for what the build stage makes
#     prove-dockerfile.sh --build SWIFT     the build stage too, with the Swift toolchain in the directory SWIFT
#     prove-dockerfile.sh --build SWIFT OUT     likewise, and leaves the program as the file OUT
#
# GIT_MIRROR=DIRECTORY in the environment stands for https://github.com/ where that cannot be reached.
#
# What this cannot show: that the images which FROM names exist and are what is assumed, and what an engine does by
# itself (pulling, layers, making volumes with the owner of the directory they cover).

set -euo pipefail
# shellcheck source=packaging/debian-root.sh
. "$(dirname "$0")/debian-root.sh"

[ $# -ge 1 ] || fail "give the program, or --build and the directory of a Swift toolchain"
image=$work/image
built=$work/built
volumes=() entrypoint=() health=() environment=()
user=0 group=0 stop_signal=SIGTERM

# One function for each instruction; the one that is not here ends the script.
step_FROM() { echo "FROM $*: a bare Debian $release stands for it"; }
step_RUN() {
    echo "RUN $1"
    in_root "$root" sh -c "cd '$directory' && $1" >"$work/run.log" 2>&1 || { tail -n 30 "$work/run.log" >&2; fail "RUN $1"; }
    tail -n "${shown:-0}" "$work/run.log"
}
step_WORKDIR() { echo "WORKDIR $1"; directory=$1; mkdir -p "$root$1"; }
step_COPY() {
    echo "COPY $*"
    if [ "$*" = ". ." ]; then
        # What .dockerignore lets through.
        for name in Package.swift Package.resolved Sources Tests; do
            if [ -e "$repository/$name" ]; then cp -a "$repository/$name" "$root$directory/"; fi
        done
    else
        [ "$1" = --from=build ] || fail "COPY $*"
        cp "$built$2" "$root$3"
    fi
}
step_USER() { echo "USER $1"; user=${1%%:*} group=${1##*:}; }
step_VOLUME() { echo "VOLUME $*"; volumes=("$@"); }
step_ENV() { echo "ENV $1=$2"; environment+=("$1=$2"); }
step_STOPSIGNAL() { echo "STOPSIGNAL $1"; stop_signal=$1; }
step_HEALTHCHECK() { echo "HEALTHCHECK $*"; health=("$@"); }
step_ENTRYPOINT() { echo "ENTRYPOINT $*"; entrypoint=("$@"); }

carry_out() {
    directory=/
    local steps
    steps=$("$repository/packaging/read-dockerfile.py" "$repository/Dockerfile" "$1")
    while IFS= read -r step; do eval "$step" </dev/null; done <<<"$steps"
}

if [ "$1" = --build ]; then
    say "The build stage"
    root=$work/build-stage
    bare_root "$root"
    # What the Swift image has beside Swift, as far as this build needs it.
    in_root "$root" sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils git \
        ca-certificates libc6-dev libgcc-12-dev libstdc++-12-dev libcurl4 libxml2 libsqlite3-0 libedit2 libncurses6 \
        libpython3.11 zlib1g-dev" >"$work/tools.log" 2>&1 || { tail "$work/tools.log" >&2; fail "the Swift image's tools"; }
    mkdir -p "$root/opt/swift"
    mount --bind -o ro "$2" "$root/opt/swift"
    for tool in swift swiftc clang clang++ llvm-ar; do
        if [ -e "$2/usr/bin/$tool" ]; then ln -sf "/opt/swift/usr/bin/$tool" "$root/usr/local/bin/$tool"; fi
    done
    # Certificates of the machine's own network, if it has any.
    if [ -f /etc/ssl/certs/ca-certificates.crt ]; then cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"; fi
    if [ -n "${GIT_MIRROR:-}" ]; then
        mkdir -p "$root/opt/mirror"
        mount --bind -o ro "$GIT_MIRROR" "$root/opt/mirror"
        in_root "$root" git config --system url./opt/mirror/.insteadOf https://github.com/
    fi
    shown=12 carry_out build
    mkdir "$built"
    cp -a "$root/out" "$built/out"
    [ -z "${3:-}" ] || cp "$built/out/usr/bin/latchkey" "$3"
else
    mkdir -p "$built/out/usr/bin"
    cp "$1" "$built/out/usr/bin/latchkey"
fi

say "The final stage"
root=$image
bare_root "$root"
du -smx "$root" | awk '{ print "a bare Debian: " $1 " MB" }'
# shellcheck disable=SC2016 # dpkg's
packages() { in_root "$root" dpkg-query -W -f '${Package}\n' | sort; }
packages >"$work/packages-before"
carry_out final
echo "packages that the final stage added: $(packages | comm -13 "$work/packages-before" - | tr '\n' ' ')"
du -smx "$root" | awk '{ print "with the program: " $1 " MB" }'
in_root "$root" ldd /usr/bin/latchkey
if in_root "$root" ldd /usr/bin/latchkey | grep -q "not found"; then fail "a library is missing"; fi

# Runs the image as an engine would, with volumes below DIRECTORY; further arguments are appended to the entry point.
# Process 1 has its number, as this namespace sees it, in $container.
run_container() {
    local place=$1
    shift
    local volume
    for volume in "${volumes[@]}"; do
        # As an engine does with a new volume: what the image has there, and its owner.
        [ -d "$place$volume" ] || { mkdir -p "$place$(dirname "$volume")" && cp -a "$image$volume" "$place$volume"; }
    done
    # shellcheck disable=SC2016
    env -i PATH="$PATH" unshare --mount --pid --fork --kill-child --ipc --uts --net bash -c '
        set -e
        image=$1 place=$2 user=$3 group=$4; shift 4
        umount -l "$image/dev" "$image/proc" 2>/dev/null || true
        mount --bind "$image" "$image"
        cd "$image"
        mount -t tmpfs -o mode=755 tmpfs dev
        for node in null zero full random urandom; do touch "dev/$node"; mount --bind "/dev/$node" "dev/$node"; done
        mount -t proc proc proc
        while [ "$1" != -- ]; do mount --bind "$place$1" ".$1"; shift; done; shift
        mount -o remount,bind,ro .
        # In the namespace of the mount just made, not of the directory below it.
        cd "$image"
        exec chroot . setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all \
            env -i PATH=/usr/local/bin:/usr/bin:/bin "$@"
    ' run "$image" "$place" "$user" "$group" "${volumes[@]}" -- "${environment[@]}" "${entrypoint[@]}" "$@" &
    engine=$!
    container=
    until [ -n "$container" ]; do
        kill -0 "$engine" 2>/dev/null || fail "the container ended at once"
        container=$(cut -d' ' -f1 "/proc/$engine/task/$engine/children")
    done
}

# As `docker exec`: in the container, as its user.
in_container() {
    nsenter --target "$container" --mount --pid --ipc --uts --net --root --wd \
        setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all \
        env -i PATH=/usr/local/bin:/usr/bin:/bin "${environment[@]}" "$@"
}

stop_container() {
    echo "\$ kill -s $stop_signal (process 1 of the container)"
    [ "$(awk '/^NSpid:/ { print $NF }' "/proc/$container/status")" = 1 ] || fail "$container is not process 1"
    kill -s "${stop_signal#SIG}" "$container"
    local status=0
    wait "$engine" || status=$?
    echo "exit status $status"
    [ "$status" -eq 0 ] || fail "it did not stop well"
}

wait_healthy() {
    local attempt
    for attempt in $(seq 100); do
        if in_container "${health[@]}" >"$work/health" 2>&1; then
            printf '$ %s\n' "${health[*]}"
            cat "$work/health"
            echo "healthy at attempt $attempt"
            return
        fi
        kill -0 "$engine" 2>/dev/null || fail "the container ended"
        sleep 0.1
    done
    cat "$work/health" >&2
    fail "it never became healthy"
}

say "It runs: read-only root, only the volumes writable, as user $user, no capabilities, no network but loopback, as process 1"
place=$work/volumes
run_container "$place" 2>"$work/container.log"
wait_healthy
awk '/^(Name|Uid|Gid|NSpid|NoNewPrivs|CapBnd|CapEff|Seccomp):/' "/proc/$container/status"
if nsenter --target "$container" --mount --root --wd touch /usr/x 2>"$work/touch"; then fail "the root is writable"; fi
cat "$work/touch"

say "A key, made and validated through the mounted socket from beside the container"
# What another container with the same user and only the socket's volume would do.
beside() {
    chroot --userspec="$1:$1" "$beside" env -i PATH=/usr/bin:/bin "${environment[@]}" "${@:2}"
}
beside=$work/beside
mkdir "$beside"
cp -ax "$image/." "$beside/"
mount --bind "$place/run/latchkey" "$beside/run/latchkey"
# Swift finds a program's arguments in /proc.
mount -t proc proc "$beside/proc"
beside "$user" latchkey key create --account acme --user u-1 --name container --unrestricted >"$work/created"
sed 's/^\(Secret .*lk_....\).*/\1.../' "$work/created"
token=$(awk '/^Secret/ { print $2 }' "$work/created")
beside "$user" latchkey key validate <<<"$token" | grep -E '^(Verdict|Key|HTTP)' || fail "the key is not valid"
if beside 65534 latchkey health >"$work/stranger" 2>&1; then fail "another user reached the socket"; fi
echo "another user (65534): $(head -n 1 "$work/stranger")"

say "It stops"
stop_container
grep -E 'listening|wrote a snapshot|stopped' "$work/container.log"

say "The store key is not in the data's volume"
(cd "$place" && find . -type f -printf '%M %u %8s %p\n' | sort -k4)
if find "$place/var/lib/latchkey" -name '*.key' | grep .; then fail "a key lies in the data"; fi

say "A second container on the same volumes knows the key, and takes further options"
run_container "$place" --snapshot-interval 1m 2>"$work/container.log"
wait_healthy
beside "$user" latchkey key validate <<<"$token" | grep -E '^Verdict' || fail "the key is not valid"
stop_container

say "Proved: $(basename "$repository/Dockerfile"), the final stage$([ "$1" != --build ] || echo " and the build stage's steps")"
