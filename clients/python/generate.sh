#!/bin/sh
# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0
#
# Regenerates src/latchkey/_proto from proto/. With --check: changes nothing, and fails when what is committed is not
# what protoc makes of proto/ today.
#
# The generator is protoc 3.21, as Debian 12 and 13 and Ubuntu 24.04 have it, or `pip install grpcio-tools==1.51.3`,
# which holds the same one. A newer one writes code that only an equally new runtime loads, while 3.21's runs on
# python3-protobuf 3.21 and on every newer protobuf of PyPI.
set -eu
cd "$(dirname "$0")/../.."
target=clients/python/src/latchkey/_proto
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

if protoc --version 2>/dev/null | grep -q ' 3\.21\.'; then
    generate() { protoc "$@"; }
elif python3 -c 'import importlib.metadata as m; assert m.version("grpcio-tools").startswith("1.51.")' 2>/dev/null; then
    generate() { python3 -m grpc_tools.protoc "$@"; }
else
    echo "generate.sh: needs protoc 3.21 (apt-get install protobuf-compiler) or grpcio-tools 1.51 (pip)" >&2
    exit 1
fi

# shellcheck disable=SC2046
generate --proto_path=proto --python_out="$out" --pyi_out="$out" $(cd proto && find latchkey/v1 -name '*.proto' | LC_ALL=C sort)

# The files import one another by their place under proto/; here they live in the package.
new=$out/new
mkdir "$new"
for file in "$out"/latchkey/v1/*; do
    sed -e 's/^from latchkey\.v1 import/from latchkey._proto import/' "$file" >"$new/$(basename "$file")"
done
echo '"""The messages of proto/latchkey/v1, made by generate.sh."""' >"$new/__init__.py"

if [ "${1:-}" = --check ]; then
    diff -r --exclude=__pycache__ "$new" "$target"
else
    rm -rf "$target"
    cp -r "$new" "$target"
fi
