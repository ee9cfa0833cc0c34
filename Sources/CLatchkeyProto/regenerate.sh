#!/bin/sh
# Regenerates the protobuf-c code from proto/. With --check: changes nothing, and fails when what is committed is not
# what protoc-c makes of proto/ today.
set -eu
cd "$(dirname "$0")/../.."
target=Sources/CLatchkeyProto
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$out/all" "$out/new/include" "$out/new/generated"

well_known="google/protobuf/timestamp.proto google/protobuf/duration.proto google/protobuf/field_mask.proto"
includes=$(dirname "$(dirname "$(find /usr/include /usr/local/include -path '*google/protobuf/timestamp.proto' | head -n 1)")")
includes=${includes%/google}
ours=$(cd proto && find latchkey -name '*.proto' | LC_ALL=C sort)
# shellcheck disable=SC2086
protoc-c --proto_path=proto --proto_path="$includes" --c_out="$out/all" $ours $well_known

(cd "$out/all" && find . -name '*.h' -print) | while read -r file; do
    mkdir -p "$out/new/include/$(dirname "$file")"
    cp "$out/all/$file" "$out/new/include/$file"
done
(cd "$out/all" && find . -name '*.c' -print) | while read -r file; do
    mkdir -p "$out/new/generated/$(dirname "$file")"
    cp "$out/all/$file" "$out/new/generated/$file"
done
{
    echo "// Made by regenerate.sh: every generated header."
    for file in $well_known $ours; do echo "#include \"${file%.proto}.pb-c.h\""; done
} >"$out/new/include/CLatchkeyProto.h"
printf 'module CLatchkeyProto {\n    header "CLatchkeyProto.h"\n    export *\n}\n' >"$out/new/include/module.modulemap"

if [ "${1:-}" = --check ]; then
    diff -r "$out/new/include" "$target/include"
    diff -r "$out/new/generated" "$target/generated"
else
    rm -rf "$target/include" "$target/generated"
    cp -r "$out/new/include" "$out/new/generated" "$target/"
fi
