# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

# Latchkey in a container; docs/CONTAINER.md says how to run it, and why so.
#
#     docker build -t latchkey .
#     docker run --detach --name latchkey --read-only --cap-drop ALL --security-opt no-new-privileges \
#       --ulimit core=0 --ulimit memlock=8388608 --stop-timeout 60 -v latchkey-data:/var/lib/latchkey -v latchkey-key:/var/lib/latchkey-key \
#       -v latchkey-run:/run/latchkey latchkey
#     docker exec latchkey latchkey health
#
# As it comes it listens on a Unix socket only, which its own user alone may open; a port takes a certificate, see
# docs/CONTAINER.md. Mount the volume of the socket in the containers that are to use it, and give them the same user
# (--user 7411): an administrator, unless serve is told --no-unix-admin; then a token says what each may do.

# Debian's release is the same in both stages: the program is linked against the libraries of the first.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
       libprotobuf-c-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN swift build -c release --product latchkey --static-swift-stdlib \
    && install -D --strip .build/release/latchkey /out/usr/bin/latchkey \
    && ldd /out/usr/bin/latchkey

FROM debian:bookworm-slim
# What ldd names, no more. libstdc++ and libgcc are in the base image today; they are named because the program needs them.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
       libprotobuf-c1 libssl3 libstdc++6 libgcc-s1 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
# A number of its own, so that it is the same on every machine and in every image that shares the volumes.
RUN groupadd --gid 7411 latchkey \
    && useradd --uid 7411 --gid 7411 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin latchkey \
    && install -d -o latchkey -g latchkey -m 0700 /var/lib/latchkey /var/lib/latchkey-key /run/latchkey
COPY --from=build /out/usr/bin/latchkey /usr/bin/latchkey
USER 7411:7411
# The data; the store key, apart, so that a copy of the data is not a copy of the key; and the socket.
VOLUME ["/var/lib/latchkey", "/var/lib/latchkey-key", "/run/latchkey"]
# For the commands that call the server: docker exec, and the health check.
ENV LATCHKEY_ADDRESS=unix:/run/latchkey/latchkey.sock
# A backtrace prints registers and memory; the program takes it away itself, this is for the time before it does.
ENV SWIFT_BACKTRACE=enable=no
STOPSIGNAL SIGTERM
# A large store takes its time to load; failures count only after the start period.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --retries=3 CMD ["/usr/bin/latchkey", "health"]
# Further arguments of `docker run` are further options of serve.
ENTRYPOINT ["/usr/bin/latchkey", "serve", "--data", "/var/lib/latchkey/data", "--store-key", "/var/lib/latchkey-key/store.key", "--unix", "/run/latchkey/latchkey.sock"]
