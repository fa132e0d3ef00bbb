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

.PHONY: help setup build demo demo-clean test test-api test-docs test-monitoring test-systemd test-tsan test-report test-scaleout test-conformance soak fuzz bench check fmt install uninstall deb clean

help:
	@echo 'make build       install what is missing and build autodidactd and autodidact'
	@echo 'make demo        two rounds on examples/arithmetic, followed live'
	@echo 'make demo-clean  forget the demo: the next one starts anew'
	@echo 'make test        install what is missing, build, run every test'
	@echo 'make test-docs   every command in the documents; part of "make test"'
	@echo 'make test-monitoring  metrics, alert rules and dashboard; part of "make test"'
	@echo 'make test-api    a live daemon against docs/openapi.json, by schemathesis; installs it first'
	@echo 'make test-systemd  the service in a Debian of its own; part of "make test" for root'
	@echo 'make test-report  a report in headless Chromium, on a desktop and a phone, light and dark'
	@echo 'make test-scaleout  rounds with a real vLLM and torchrun, and faults; installs them first'
	@echo 'make test-conformance  the same work on both engines: votes, losses, adapters'
	@echo 'make soak        the reliability tests in their long form: hours'
	@echo 'make fuzz        hostile files and requests, under address and undefined-behaviour sanitizers'
	@echo 'make test-tsan   the unit tests under the thread sanitizer'
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
# One at a time, since some measure time.
test: export AUTODIDACT_FAILPOINTS = 1
test: setup
	swift test $(TEST_FLAGS) --no-parallel
	@$(MAKE) --no-print-directory test-docs test-monitoring
	@env -u AUTODIDACT_FAILPOINTS $(MAKE) --no-print-directory test-systemd

# Every answer of a live daemon against docs/openapi.json. Skipped, with the reason, where PyPI cannot be reached.
test-api: build
	@scripts/api-check $(API_FLAGS)

# Builds for the sanitizers are builds of their own, without optimization. Their tests run from the bundle itself, for
# "swift test" would be preloaded, too.
SANITIZER_BUILD = swift build --build-tests --jobs $(JOBS) -Xswiftc -use-ld=lld
SANITIZED_TESTS = debug/autodidactPackageTests.xctest --testing-library swift-testing --no-parallel

# Hostile files, configuration and requests for so many seconds each, and the kernels' own tests, under the address and
# undefined-behaviour sanitizers. The second one is for C alone: Swift's compiler has none on Linux, its code traps by itself.
# What is never freed lives as long as the process; EnduranceTests watch for growth.
FUZZ_SECONDS ?= 30
FUZZ_SEED ?= 0
fuzz: export AUTODIDACT_FUZZ_SECONDS = $(FUZZ_SECONDS)
fuzz: export AUTODIDACT_FUZZ_SEED = $(FUZZ_SEED)
fuzz: export ASAN_OPTIONS = detect_leaks=0
fuzz: export UBSAN_OPTIONS = halt_on_error=1:print_stacktrace=1
fuzz: setup
	$(SANITIZER_BUILD) --scratch-path .build-address --sanitize=address \
	    -Xcc -fsanitize=undefined -Xcc -fno-sanitize=vptr,function
	.build-address/$(SANITIZED_TESTS) --filter 'FuzzTests|KernelTests|DequantizeTests'

# The thread sanitizer over the unit tests: all of them but the engine's that compute on large arrays, which take hours under
# it, and one that measures time. Tests/ThreadSanitizer says what it must be told.
CLANG = $(or $(wildcard $(dir $(realpath $(shell command -v swift)))clang),clang)
test-tsan: export TSAN_OPTIONS = suppressions=Tests/ThreadSanitizer/suppressions
test-tsan: setup
	$(SANITIZER_BUILD) --scratch-path .build-thread --sanitize=thread
	$(CLANG) -shared -fPIC -O1 -Wall -Wextra -Werror -o .build-thread/libmutex.so Tests/ThreadSanitizer/mutex.c
	LD_PRELOAD=$(CURDIR)/.build-thread/libmutex.so .build-thread/$(SANITIZED_TESTS) \
	    --filter 'LoopTests|StoreTests|ControlAPITests|DaemonTests|ControlCLITests|ScaleOutTests|GenerationTests|FinetuneTests' \
	    --skip SpeedTests

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
	shellcheck $$(grep -d skip -lE '^#!.*\b(ba)?sh$$' scripts/* bench/* .ci/* Tests/Systemd/* Tests/ScaleOut/* systemd/deb/*); \
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

# Needs a build, with failpoints or without.
test-docs:
	@scripts/docs-check

# With Prometheus's promtool, which is fetched when it is missing. Skipped, with the reason, where that cannot be done.
test-monitoring:
	@scripts/setup --monitoring-tests || true
	@scripts/monitoring-check

# Against a real systemd: the package in a Debian of its own under systemd-nspawn. Skipped, with the reason, without root.
test-systemd:
	@if Tests/Systemd/run --possible; then $(MAKE) --no-print-directory deb && Tests/Systemd/run; fi

# A report of real rounds in a real browser; installs Chromium first. Screenshots go to .build/report-check. Skipped, with the
# reason, where Chromium cannot be installed.
test-report: build
	@if scripts/setup --report-tests; then scripts/report-check; \
	else echo 'report-check: SKIPPED: there is no Chromium, and it cannot be installed'; fi

# Whole rounds with a real vLLM and a real torchrun, undisturbed and with faults; a quarter of an hour. Installs both from PyPI
# first. Skipped, with the reason, where that cannot be done.
test-scaleout: build
	@if Tests/ScaleOut/setup; then Tests/ScaleOut/run $(SCALEOUT_FLAGS); fi

# The same questions, samples and jobs on both engines: whether they agree.
test-conformance: build
	@if Tests/ScaleOut/setup; then Tests/ScaleOut/conformance $(CONFORMANCE_FLAGS); fi

clean:
	rm -rf .build .build-address .build-thread .build-api
