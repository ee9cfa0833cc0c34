#!/bin/bash
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

# Proves the Debian package: boots a bare Debian with systemd in a namespace (systemd-nspawn), installs the package with
# apt, uses the service that it starts, restarts, kills, updates, removes and purges it, and shows what is left.
#
#     prove-deb.sh PACKAGE

set -euo pipefail
# shellcheck source=packaging/debian-root.sh
. "$(dirname "$0")/debian-root.sh"

if [ $# -ne 1 ] || [ ! -f "$1" ]; then fail "give the package"; fi
command -v systemd-nspawn >/dev/null || fail "needs systemd-nspawn: apt-get install systemd-container"
package=$(realpath "$1")

if command -v lintian >/dev/null; then
    say "lintian"
    lintian --allow-root --tag-display-limit 0 "$package" || echo "lintian's status: $?"
fi

say "A bare Debian $release, booted"
root=$work/root
bare_root "$root"
rm "$root/usr/sbin/policy-rc.d"
in_root "$root" apt-get update -qq
in_root "$root" apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus man-db >"$work/apt.log" 2>&1 \
    || { tail "$work/apt.log" >&2; fail "apt-get"; }
cp "$package" "$root/root/latchkey.deb"
# What the package depends on, so that the booted system needs no network, and can have one of its own.
in_root "$root" apt-get install -y -qq --no-install-recommends --download-only /root/latchkey.deb >"$work/apt.log" 2>&1 \
    || { tail "$work/apt.log" >&2; fail "apt-get"; }
umount "$root/proc"
systemd-nspawn --register=no --keep-unit --quiet --directory "$root" --boot --console=pipe \
    --private-network >"$work/boot.log" 2>&1 </dev/null &
engine=$!

# Process 1 of the booted system, as this namespace sees it.
leader=
until [ -n "$leader" ]; do
    kill -0 "$engine" 2>/dev/null || { tail "$work/boot.log" >&2; fail "it does not boot"; }
    read -ra children <"/proc/$engine/task/$engine/children" || true
    for child in "${children[@]}"; do
        if [ "$(awk '/^NSpid:/ { print $NF }' "/proc/$child/status" 2>/dev/null)" = 1 ]; then leader=$child; fi
    done
done
inside() {
    nsenter --target "$leader" --mount --pid --ipc --uts --net --cgroup --root --wd \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 MANWIDTH=80 TERM=dumb \
        DEBIAN_FRONTEND=noninteractive LATCHKEY_ADDRESS=unix:/run/latchkey/latchkey.sock SYSTEMD_PAGER= "$@"
}
# Shows a command, runs it in the booted system, and ends the script when its status is not 0.
does() { printf '$ %s\n' "$*"; inside "$@" </dev/null || fail "status $? of: $*"; }
# Likewise, when it must not succeed.
refuses() { printf '$ %s\n' "$*"; if inside "$@" </dev/null 2>&1; then fail "it succeeded: $*"; fi; }
apt() {
    printf '$ apt-get %s\n' "$*"
    inside apt-get -y -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail "apt-get $*"; }
    grep -E '^(Setting up|Removing|Purging|latchkey:|Unpacking) ?.*latchkey' "$work/apt.log" || true
}
until inside systemctl is-system-running 2>/dev/null | grep -qE '^(running|degraded)$'; do
    kill -0 "$engine" 2>/dev/null || { tail "$work/boot.log" >&2; fail "it does not boot"; }
    sleep 0.2
done
does systemctl is-system-running
does systemctl --version
# What a package may leave where everybody's packages do; the rest is listed.
files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /run/systemd -o -path /run/udev \
        -o -path /var/cache -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/tmp \
        -o -path /run/credentials \) -prune -o -print | grep -v '^/etc/\(passwd\|group\|shadow\|gshadow\|subuid\|subgid\)-$' | LC_ALL=C sort
    inside find /run/latchkey 2>/dev/null || true
}
files >"$work/files-before"

say "Installed"
apt install --no-install-recommends /root/latchkey.deb
does latchkey --version
does dpkg -V latchkey
does getent passwd latchkey
does systemctl is-enabled latchkey.socket latchkey.service
does systemctl --no-pager --full --lines=0 status latchkey.service latchkey.socket
does systemd-analyze verify latchkey.service latchkey.socket
printf '$ systemd-analyze security latchkey.service\n'
inside systemd-analyze security --no-pager latchkey.service | tail -n 1
main=$(inside systemctl show -P MainPID latchkey.service)
echo "the process, as the kernel sees it:"
inside awk '/^(Name|Uid|Gid|Threads|VmLck|NoNewPrivs|CapBnd|CapEff|Seccomp):/' "/proc/$main/status"
inside awk '/open files|core file|locked memory/' "/proc/$main/limits"
printf '$ man latchkey-serve | head\n'
inside man latchkey-serve | head -n 12
inside bash -n /usr/share/bash-completion/completions/latchkey

say "Used, through the socket that systemd holds"
does latchkey health
inside latchkey key create --account acme --user u-1 --name deb --unrestricted >"$work/created" 2>&1
sed 's/^\(Secret .*lk_....\).*/\1.../' "$work/created"
token=$(awk '/^Secret / { print $2 }' "$work/created")
validate() { printf '$ latchkey key validate\n'; inside latchkey key validate <<<"$token" | grep -E '^(Verdict|Revision)' || fail "the key is not valid"; }
validate
does latchkey snapshot
inside useradd --groups latchkey operator1 && inside useradd stranger1
does setpriv --reuid operator1 --regid operator1 --init-groups latchkey whoami
refuses setpriv --reuid stranger1 --regid stranger1 --init-groups latchkey whoami
# The status line follows within a second or so.
until inside systemctl show -P StatusText latchkey.service | grep -q '1 key'; do sleep 0.1; done
does systemctl show -P StatusText latchkey.service
does ls -ld /run/latchkey/latchkey.sock /var/lib/latchkey /var/lib/latchkey-key /var/lib/latchkey-key/store.key

say "Stopped and called: the socket starts it"
does systemctl stop latchkey.service
does systemctl show -p ActiveState -p Result -p ExecMainStatus latchkey.service
validate
does systemctl is-active latchkey.service

say "Killed: started again, nothing lost"
does systemctl kill -s KILL latchkey.service
validate
does systemctl show -p ActiveState -p NRestarts latchkey.service

say "Restarted under load: nobody is refused"
: >"$work/failed"
(while [ ! -e "$work/enough" ]; do inside latchkey key validate <<<"$token" >>"$work/calls" 2>&1 || echo "status $?" >>"$work/failed"; done) &
load=$!
for _ in 1 2 3 4 5; do inside systemctl restart latchkey.service; done
touch "$work/enough"
wait "$load"
echo "5 restarts, $(grep -c '^Verdict *VALID' "$work/calls") calls answered, $(wc -l <"$work/failed") refused or failed"
[ ! -s "$work/failed" ] || { sort "$work/failed" | uniq -c; tail -n 3 "$work/calls"; }

say "A TCP port, opened by systemd for a service that has no network of its own"
printf '[Socket]\nListenStream=127.0.0.1:7411\n' >"$work/tcp.conf"
inside install -D -m 644 /dev/stdin /etc/systemd/system/latchkey.socket.d/tcp.conf <"$work/tcp.conf"
cat "$work/tcp.conf"
does systemctl daemon-reload
does systemctl stop latchkey.socket latchkey.service
does systemctl start latchkey.socket latchkey.service
does latchkey --address 127.0.0.1:7411 whoami
validate
echo "the network's devices, as the service has them:"
main=$(inside systemctl show -P MainPID latchkey.service)
# shellcheck disable=SC2016 # awk's
inside awk -F: 'NR > 2 { print $1 }' "/proc/$main/net/dev"
inside rm -r /etc/systemd/system/latchkey.socket.d
inside systemctl daemon-reload
inside systemctl stop latchkey.socket latchkey.service
inside systemctl start latchkey.socket latchkey.service

say "The store key as a credential, which only root can read on the disk"
does install -D -m 600 -o root /var/lib/latchkey-key/store.key /etc/latchkey/store.key
does mv /var/lib/latchkey-key/store.key /root/store.key.aside
cat >"$work/credential.conf" <<'EOF'
[Service]
LoadCredential=store.key:/etc/latchkey/store.key
ExecStart=
ExecStart=/usr/bin/latchkey serve --data /var/lib/latchkey/data --store-key ${CREDENTIALS_DIRECTORY}/store.key --unix-admin 0 $LATCHKEY_SERVE_OPTIONS
EOF
cat "$work/credential.conf"
inside install -D -m 644 /dev/stdin /etc/systemd/system/latchkey.service.d/credential.conf <"$work/credential.conf"
does systemctl daemon-reload
does systemctl restart latchkey.service
main=$(inside systemctl show -P MainPID latchkey.service)
does nsenter --target "$main" --mount ls -l /run/credentials/latchkey.service
validate
inside rm -r /etc/systemd/system/latchkey.service.d /etc/latchkey
does mv /root/store.key.aside /var/lib/latchkey-key/store.key
inside systemctl daemon-reload
inside systemctl restart latchkey.service

say "What it wrote"
inside journalctl --no-pager -o cat -u latchkey.service | tail -n 25
inside journalctl --no-pager -o cat -u latchkey.service | grep -iE 'denied|not permitted|failed' | sort | uniq -c || echo "nothing failed or was denied"

say "Updated by the same version: the key stays"
apt install --reinstall /root/latchkey.deb
validate

say "Removed: only data is left"
apt remove latchkey
# The libraries that came with it.
apt autoremove
files >"$work/files-after"
comm -13 "$work/files-before" "$work/files-after" | tee "$work/left"
if grep -vE '^/var/lib/(latchkey|latchkey-key)(/|$)' "$work/left" | grep -vE '^/(home|var/mail|var/spool/mail)/'; then
    fail "more than data is left"
fi

say "Purged: the data is still there"
apt purge latchkey
does test -s /var/lib/latchkey-key/store.key -a -d /var/lib/latchkey/data

say "Installed again: the key is valid"
apt install --no-install-recommends /root/latchkey.deb
validate

say "Proved: $(basename "$package")"
inside systemctl --no-block poweroff || true
wait "$engine" || true
