#!/bin/bash
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

# Makes a Debian package of a program that is built already, with dpkg-deb alone. The same program and the same commit
# make the same package, byte for byte.
#
#     build-deb.sh [PROGRAM [DIRECTORY]]     .build/release/latchkey, .build/deb

set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$repository/.build/release/latchkey}")
output=${2:-$repository/.build/deb}
maintainer=${DEB_MAINTAINER:-The Latchkey Authors <authors@latchkey.invalid>}

for tool in dpkg-deb dpkg-shlibdeps strip python3; do
    command -v "$tool" >/dev/null || { echo "build-deb: needs $tool: apt-get install dpkg-dev binutils python3" >&2; exit 1; }
done
version=$(sed -n 's/.*static let text = "\(.*\)"/\1/p' "$repository/Sources/latchkey/Version.swift")
[ "$("$program" --version)" = "latchkey $version" ] || {
    echo "build-deb: $program is $("$program" --version), but Version.swift says $version; build it again" >&2
    exit 1
}
if ldd "$program" | grep -q libswift; then
    echo "build-deb: $program needs Swift's libraries, which no package has; build it with --static-swift-stdlib" >&2
    exit 1
fi
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$repository" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
put() { install -D -m "$1" "$2" "$tree/$3"; }
compressed() { mkdir -p "$(dirname "$tree/$1")" && gzip -9n >"$tree/$1" && chmod 644 "$tree/$1"; }

put 755 "$program" usr/bin/latchkey
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$tree/usr/bin/latchkey"
for unit in latchkey.service latchkey.socket; do
    put 644 "$repository/packaging/systemd/$unit" "lib/systemd/system/$unit"
done

# What the program says of itself: completions and manual pages.
"$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$work/bash"
put 644 "$work/bash" usr/share/bash-completion/completions/latchkey
"$program" --generate-completion-script zsh >"$work/zsh"
put 644 "$work/zsh" usr/share/zsh/vendor-completions/_latchkey
"$program" --generate-completion-script fish >"$work/fish"
put 644 "$work/fish" usr/share/fish/vendor_completions.d/latchkey.fish
"$program" --experimental-dump-help \
    | "$repository/packaging/help-to-man.py" "$work/man" "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" "$version"
for page in "$work"/man/*; do compressed "usr/share/man/man1/${page##*/}.gz" <"$page"; done

doc=usr/share/doc/latchkey
put 644 "$repository/packaging/deb/copyright" "$doc/copyright"
put 644 "$repository/docs/SYSTEMD.md" "$doc/SYSTEMD.md"
for notice in "$repository"/.build/checkouts/*/NOTICE.txt; do
    if [ -f "$notice" ]; then printf '%s\n\n' "$(basename "$(dirname "$notice")")" && cat "$notice"; fi
done | compressed "$doc/third-party-notices.gz"
compressed "$doc/changelog.gz" <<EOF
latchkey ($version) unstable; urgency=medium

  * Version $version; the history is in the repository.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF

# The packages that the program's libraries come from, and from which version of them on.
mkdir -p "$work/shlibs/debian"
printf 'Source: latchkey\n\nPackage: latchkey\nArchitecture: any\n' >"$work/shlibs/debian/control"
if ! libraries=$(cd "$work/shlibs" && dpkg-shlibdeps -O "$tree/usr/bin/latchkey" 2>"$work/shlibdeps.log"); then
    cat "$work/shlibdeps.log" >&2
    exit 1
fi

mkdir -p "$tree/DEBIAN"
for script in postinst prerm postrm; do put 755 "$repository/packaging/deb/$script" "DEBIAN/$script"; done
cat >"$tree/DEBIAN/control" <<EOF
Package: latchkey
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$tree" | cut -f1)
Depends: ${libraries#shlibs:Depends=}, adduser
Section: net
Priority: optional
Description: API-key service: issues keys and validates them in microseconds
 Latchkey issues API keys and says whether a presented one may do what is being
 asked. Keys belong to accounts, expire, are disabled and enabled, re-keyed with
 an overlap and revoked for good; a revocation is in force before its reply, and
 nothing acknowledged is lost when the program is killed.
 .
 It is one program with one data directory, run by systemd, and speaks
 length-prefixed protobuf over a Unix socket.
EOF
(cd "$tree" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

mkdir -p "$output"
package=$output/latchkey_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >/dev/null
echo "$package"
