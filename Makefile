# One configuration for everything, so that programs and tests share what was compiled.
CONFIGURATION = release
JOBS ?= $(shell nproc)
SWIFT_FLAGS = -c $(CONFIGURATION) --jobs $(JOBS)
# Our tests need no @testable; without it the modules are compiled once for programs and tests alike.
TEST_FLAGS = $(SWIFT_FLAGS) --disable-testable-imports
export BIN = .build/$(CONFIGURATION)

export PREFIX ?= /usr/local
export SYSCONFDIR ?= /etc
export DESTDIR

SWIFT_SOURCES = Package.swift Sources Tests bench

.PHONY: help setup build demo demo-clean test test-api test-systemd soak fuzz bench check fmt install uninstall deb clean

help:
	@echo 'make build       install what is missing and build autodidactd and autodidact'
	@echo 'make demo        two rounds on examples/arithmetic, followed live'
	@echo 'make demo-clean  forget the demo: the next one starts anew'
	@echo 'make test        install what is missing, build, run every test'
	@echo 'make test-api    a live daemon against docs/openapi.json, by schemathesis; installs it first'
	@echo 'make test-systemd  the service in a Debian of its own; part of "make test" for root'
	@echo 'make soak        the reliability tests in their long form: hours'
	@echo 'make fuzz        hostile files, under the address sanitizer'
	@echo 'make bench       measure against transformers, PEFT, vLLM and llama.cpp; installs them first'
	@echo 'make check       formatting and house rules'
	@echo 'make fmt         format the Swift sources in place'
	@echo 'make install     programs, units and example configuration (PREFIX, DESTDIR)'
	@echo 'make deb         a Debian package of the same'
	@echo 'make uninstall   remove them again; configuration and state stay'
	@echo 'make clean       remove everything that was built'

setup:
	@scripts/setup

build: setup
	swift build $(SWIFT_FLAGS)

demo: build
	@scripts/demo

demo-clean:
	rm -rf state/demo

# Tests that kill the daemon at named places need a build that has them; "make build" makes one without again.
test: export AUTODIDACT_FAILPOINTS = 1
test: setup
	swift test $(TEST_FLAGS)
	@env -u AUTODIDACT_FAILPOINTS $(MAKE) --no-print-directory test-systemd

# Every answer of a live daemon against docs/openapi.json. Skipped, with the reason, where PyPI cannot be reached.
test-api: build
	@scripts/api-check $(API_FLAGS)

# The engine's readers on hostile files, under the address sanitizer.
FUZZ_SECONDS ?= 30
fuzz: setup
	swift build --sanitize=address --scratch-path .build-address --jobs $(JOBS) --product autodidact-fuzz
	.build-address/debug/autodidact-fuzz --seconds $(FUZZ_SECONDS)

# The long form of the reliability tests: hours. AUTODIDACT_SOAK_SHARE=0.1 does a tenth of it.
soak: export AUTODIDACT_FAILPOINTS = 1
soak: export AUTODIDACT_SOAK = 1
soak: setup
	swift test $(TEST_FLAGS) --filter ReliabilityTests

# An hour or so on two cores, with the machine left alone.
bench: build
	@bench/setup
	bench/run.py $(BENCH_FLAGS)

check:
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	@if command -v shellcheck >/dev/null; then echo shellcheck; \
	shellcheck $$(grep -d skip -lE '^#!.*\b(ba)?sh$$' scripts/* bench/* .ci/* Tests/Systemd/* systemd/deb/*); \
	else echo 'shellcheck is not installed: shell scripts not checked'; fi
	@scripts/check

fmt:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

# Builds nothing, so that "make build" can run as a user and "sudo make install" as root.
install:
	@scripts/install

uninstall:
	@scripts/install --remove

# A Debian package of this build, in .build/deb.
deb: build
	@scripts/deb

# Against a real systemd: the package in a Debian of its own under systemd-nspawn. Skipped, with the reason, without root.
test-systemd:
	@if Tests/Systemd/run --possible; then $(MAKE) --no-print-directory deb && Tests/Systemd/run; fi

clean:
	rm -rf .build .build-api
