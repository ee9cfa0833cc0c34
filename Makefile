# Copyright 2026 The Latchkey Authors
# SPDX-License-Identifier: Apache-2.0

.DEFAULT_GOAL := help
.PHONY: deps build run test soak-crash-sim soak-model soak-usage soak-kill lint format proto proto-baseline deb prove-deb \
  prove-dockerfile clean help

# Where `make run` keeps its keys. The store key is made beside it, as $(DATA).key.
DATA ?= ./latchkey-data
# More arguments for `latchkey serve`, for example ARGS="--log-level debug".
ARGS ?=

# How often `make soak-kill` kills the service.
KILL_CYCLES ?= 1000

# What Swift does not bring: OpenSSL and protobuf-c to link, protoc to check the schemas, strace for the crash tests,
# Python for the tests of its client, openssl for the certificates of the tests of TLS.
DEBIAN_PACKAGES := libprotobuf-c-dev libssl-dev protobuf-c-compiler protobuf-compiler libprotobuf-dev pkg-config strace \
  python3 python3-protobuf openssl
SWIFT_SOURCES := Package.swift Sources Tests

help: ## Say what the targets are (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing (Debian, Ubuntu)
	@command -v swift >/dev/null || { echo "deps: no swift on the PATH; Swift 6.2 or later: https://swift.org/install" >&2; exit 1; }
	@command -v dpkg-query >/dev/null || { \
	  echo "deps: not a Debian system; going on as if these were there: $(DEBIAN_PACKAGES)" >&2; exit 0; }; \
	missing=; \
	for package in $(DEBIAN_PACKAGES); do \
	  dpkg-query -W -f='$${Status}\n' "$$package" 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$package"; \
	done; \
	test -n "$$missing" || exit 0; \
	if [ "$$(id -u)" -eq 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "deps: missing, and neither root nor sudo to install them: apt-get install$$missing" >&2; exit 1; fi; \
	echo "deps: installing$$missing"; \
	$$as_root apt-get update -qq </dev/null && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null

build: deps ## Build the release program, .build/release/latchkey
	swift build -c release --product latchkey --static-swift-stdlib

run: build ## Build, then serve from DATA (./latchkey-data) until interrupted
	@exec .build/release/latchkey serve --data "$(DATA)" $(ARGS)

test: deps ## Build everything and run every test
	swift build --build-tests
	swift test --skip-build --disable-xctest

soak-crash-sim: deps ## Simulate a million crashes from a new seed (SEED=n POINTS=n), about a quarter of an hour
	swift build --build-tests
	LATCHKEY_CRASH_SEED=$(or $(SEED),$(shell date +%s)) LATCHKEY_CRASH_POINTS=$(or $(POINTS),1000000) \
	  swift test --skip-build --disable-xctest --filter CrashSimulationTests

soak-model: deps ## Ask a million random things of the store and of a naive model, from a new seed (SEED=n STEPS=n)
	swift build --build-tests
	LATCHKEY_MODEL_SEED=$(or $(SEED),$(shell date +%s)) LATCHKEY_MODEL_STEPS=$(or $(STEPS),1000000) \
	  swift test --skip-build --disable-xctest --filter '[.]ModelTests/'

soak-usage: deps ## Live 40,000 lives of the usage log on a simulated disk, from a new seed (SEED=n LIVES=n)
	swift build --build-tests
	LATCHKEY_USAGE_SEED=$(or $(SEED),$(shell date +%s)) LATCHKEY_USAGE_LIVES=$(or $(LIVES),40000) \
	  swift test --skip-build --disable-xctest --filter UsageSimulationTests

soak-kill: build ## Kill the release program KILL_CYCLES (1000) times under load: nothing acknowledged may be lost
	swift build --build-tests
	LATCHKEY_KILL_CYCLES=$(KILL_CYCLES) LATCHKEY_PROGRAM="$(CURDIR)/.build/release/latchkey" \
	  swift test --skip-build --disable-xctest --filter KillTests

lint: deps ## Check the formatting and that the generated code is what proto/ makes
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	Sources/CLatchkeyProto/regenerate.sh --check
	clients/python/generate.sh --check

format: ## Format the Swift sources in place
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

proto: deps ## Regenerate the C and Python code of proto/
	Sources/CLatchkeyProto/regenerate.sh
	clients/python/generate.sh

proto-baseline: deps ## Only when releasing: take proto/ as it is for what later versions must stay compatible with
	protoc -Iproto --descriptor_set_out=proto/baseline.binpb $$(find proto -name '*.proto' | LC_ALL=C sort)

deb: build ## Make a Debian package of the release program, .build/deb/latchkey_*.deb
	packaging/build-deb.sh

prove-deb: build ## Boot a bare Debian in a namespace; install, use, restart, remove and purge the package (root)
	packaging/prove-deb.sh "$$(packaging/build-deb.sh)"

prove-dockerfile: build ## Carry out the Dockerfile's final stage in a bare Debian and run the result (root)
	packaging/prove-dockerfile.sh .build/release/latchkey

clean: ## Remove what was built; data stay
	swift package clean
