# One configuration for everything, so that programs and tests share what was compiled.
CONFIGURATION = release
JOBS ?= $(shell nproc)
SWIFT_FLAGS = -c $(CONFIGURATION) --jobs $(JOBS)
# Our tests need no @testable; without it the modules are compiled once for programs and tests alike.
TEST_FLAGS = $(SWIFT_FLAGS) --disable-testable-imports
BIN = .build/$(CONFIGURATION)

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR = $(DESTDIR)$(PREFIX)/bin
LIBDIR = $(DESTDIR)$(PREFIX)/lib
CONFDIR = $(DESTDIR)$(SYSCONFDIR)/autodidact

UNITS = $(notdir $(wildcard systemd/*.service systemd/*.socket))
CATALOGS = $(notdir $(wildcard systemd/*.catalog))
USERS = $(notdir $(wildcard systemd/*sysusers*))

SWIFT_SOURCES = Package.swift Sources Tests bench

.PHONY: help setup build demo demo-clean test soak fuzz bench check fmt install uninstall clean

help:
	@echo 'make build       install what is missing and build autodidactd and autodidact'
	@echo 'make demo        two rounds on examples/arithmetic, followed live'
	@echo 'make demo-clean  forget the demo: the next one starts anew'
	@echo 'make test        install what is missing, build, run every test'
	@echo 'make soak        the reliability tests in their long form: hours'
	@echo 'make fuzz        hostile files, under the address sanitizer'
	@echo 'make bench       measure against transformers, PEFT, vLLM and llama.cpp; installs them first'
	@echo 'make check       formatting and house rules'
	@echo 'make fmt         format the Swift sources in place'
	@echo 'make install     programs, unit and example configuration (PREFIX, DESTDIR)'
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
	shellcheck $$(grep -d skip -lE '^#!.*\b(ba)?sh$$' scripts/* bench/* .ci/*); \
	else echo 'shellcheck is not installed: shell scripts not checked'; fi
	@scripts/check

fmt:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

# Builds nothing, so that "make build" can run as a user and "sudo make install" as root.
install:
	@test -x $(BIN)/autodidactd -a -x $(BIN)/autodidact || { echo 'nothing to install yet: run "make build" first' >&2; exit 1; }
	@! $(BIN)/autodidactd --version | grep -q failpoints || { echo 'built for tests: run "make build" first' >&2; exit 1; }
	install -D -m 755 $(BIN)/autodidactd $(BINDIR)/autodidactd
	install -D -m 755 $(BIN)/autodidact $(BINDIR)/autodidact
	install -d $(LIBDIR)/systemd/system $(LIBDIR)/systemd/catalog $(LIBDIR)/sysusers.d
	for unit in $(UNITS); do \
		sed 's|^ExecStart=[^ ]*/|ExecStart=$(PREFIX)/bin/|' systemd/$$unit >$(LIBDIR)/systemd/system/$$unit && \
		chmod 644 $(LIBDIR)/systemd/system/$$unit || exit 1; \
	done
	for users in $(USERS); do install -m 644 systemd/$$users $(LIBDIR)/sysusers.d/autodidact.conf || exit 1; done
	for catalog in $(CATALOGS); do install -m 644 systemd/$$catalog $(LIBDIR)/systemd/catalog/ || exit 1; done
	install -D -m 644 examples/autodidact.yaml $(CONFDIR)/autodidact.yaml.example
	if [ ! -e $(CONFDIR)/autodidact.yaml ]; then install -m 644 examples/autodidact.yaml $(CONFDIR)/autodidact.yaml; fi

uninstall:
	rm -f $(BINDIR)/autodidactd $(BINDIR)/autodidact $(CONFDIR)/autodidact.yaml.example
	rm -f $(addprefix $(LIBDIR)/systemd/system/,$(UNITS)) $(addprefix $(LIBDIR)/systemd/catalog/,$(CATALOGS))
	rm -f $(LIBDIR)/sysusers.d/autodidact.conf

clean:
	rm -rf .build
