# Billet: build, private stack, checks. `make help` lists what there is.
#
# A new source file needs no line here: sources are found by folder. One build folder per variant: build/release,
# build/debug (DEBUG=1), build/asan (SAN=address,undefined), build/tsan (SAN=thread), build/fuzz.

VERSION := $(file <VERSION)
PREFIX ?= /usr/local
DESTDIR ?=

SAN ?=
DEBUG ?=
FUZZ ?=
V ?=

ifneq ($(FUZZ),)
  VARIANT := fuzz
else ifneq ($(findstring address,$(SAN)),)
  VARIANT := asan
else ifneq ($(findstring thread,$(SAN)),)
  VARIANT := tsan
else ifneq ($(SAN),)
  VARIANT := san
else ifneq ($(DEBUG),)
  VARIANT := debug
else
  VARIANT := release
endif
B := build/$(VARIANT)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# As many jobs as processors, unless the caller said otherwise; makes below this one share the jobs.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
  MAKEFLAGS += -j$(shell nproc)
endif

# --- What is compiled how ---------------------------------------------------------------------------------------------

# libFuzzer comes with clang: 14 on Debian 12, 19 on Debian 13.
ifneq ($(FUZZ),)
  CXX := $(if $(shell command -v clang++-14),clang++-14,clang++-19)
else ifeq ($(origin CXX),default)
  CXX := g++
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor \
  -Woverloaded-virtual -Werror
CXXFLAGS_ALL := -std=c++20 -g $(WARNINGS) -fPIE -fstack-protector-strong -D_GLIBCXX_ASSERTIONS -pthread -I. \
  -DBILLET_VERSION='"$(VERSION)"'
LDFLAGS_ALL := -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed

ifeq ($(VARIANT),release)
  CXXFLAGS_ALL += -O2 -D_FORTIFY_SOURCE=2
else ifeq ($(VARIANT),debug)
  CXXFLAGS_ALL += -O0
else
  CXXFLAGS_ALL += -O1 -fno-omit-frame-pointer
endif
ifneq ($(SAN),)
  CXXFLAGS_ALL += -fsanitize=$(SAN) -fno-sanitize-recover=undefined
  LDFLAGS_ALL += -fsanitize=$(SAN)
endif
ifneq ($(FUZZ),)
  CXXFLAGS_ALL += -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
  LDFLAGS_ALL += -fsanitize=fuzzer,address,undefined
endif

# Third party: headers never warn (-isystem), and a binary gets only what its folders may use.
pkg_cflags = $(patsubst -I%,-isystem%,$(filter-out -I/usr/include -I/usr/include/x86_64-linux-gnu,$(shell pkg-config --cflags $(1) 2>/dev/null)))
CXXFLAGS_ALL += $(call pkg_cflags,spdlog fmt)
libs_base := -lspdlog -lfmt -lprometheus-cpp-core
libs_unicode := -lutf8proc
libs_crypto := -lsodium -lcrypto
libs_store := -lmysqlcppconn
libs_bus := -lhiredis -lev
libs_api := -lfcgi
libs_wsd := -lwebsockets -lev
libs_ctl := -lz
# Every test group's run() goes through tests/main.cpp, which keeps exceptions in their test.
libs_test := -Wl,--wrap=_ZN5Utest3runEv -lCppUTestExt -lCppUTest -lcurl

# --- What is made of which folder -------------------------------------------------------------------------------------

objects = $(patsubst %.cpp,$(B)/obj/%.o,$(filter-out %/main.cpp,$(wildcard $(1))))
lib_folders := base event chat wire crypto store bus fastcgi
api_objects := $(call objects,fcgi/*.cpp)
wsd_objects := $(call objects,wsd/*.cpp)
ctl_objects := $(call objects,tools/billetctl/*.cpp)
main_of = $(patsubst %.cpp,$(B)/obj/%.o,$(wildcard $(1)/main.cpp))
fakes := $(call objects,tests/fakes/*.cpp)
wsd_fakes := $(call objects,tests/fakes/wsd/*.cpp)
support := $(call objects,tests/support/*.cpp)
# Linked before the archives: its reach() takes the place of the one in libbase.a, which does nothing (lib/base/fault_point.h).
faults := $(call objects,tests/faults/*.cpp)

archive = $(patsubst %,$(B)/lib%.a,$(1))
wsd_libs := $(call archive,fastcgi wire bus crypto chat event base)
all_libs := $(call archive,store fastcgi wire bus crypto chat event base)
LIBS_ALL := $(libs_base) $(libs_unicode) $(libs_crypto) $(libs_store) $(libs_bus)

binaries := $(foreach pair,billet-api:fcgi billet-wsd:wsd billetctl:tools/billetctl,$(if $(wildcard $(lastword $(subst :, ,$(pair)))/main.cpp),$(B)/$(firstword $(subst :, ,$(pair)))))
tests := $(foreach suite,unit contract integration,$(if $(wildcard tests/$(suite)/*.cpp),$(B)/$(suite)_tests))
tests += $(if $(wildcard tests/simulation/*.cpp),$(B)/simulate) $(B)/billet-api-faulty
tests += $(if $(wildcard tests/chaos/*.cpp),$(B)/chaos) $(if $(wildcard tests/bench/*.cpp),$(B)/bench_load)
fuzzers := $(patsubst tests/fuzz/%.cpp,build/fuzz/%,$(wildcard tests/fuzz/*.cpp))

.PHONY: all tests
all: $(binaries)  ## build the daemons and billetctl
	@:
tests: all $(tests)
	@:

say = $(if $(V),,@printf '%-5s %s\n' $(1) $(2);)

# Links: objects and archives as prerequisites, LIBS as the third-party part.
define link
$(call say,LINK,$@)$(CXX) $(LDFLAGS_ALL) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIBS)
endef

$(B)/billet-api: $(call main_of,fcgi) $(B)/libapi.a $(all_libs)
	$(link)
$(B)/billet-api: LIBS := $(LIBS_ALL) $(libs_api)

# For the tests alone, and never installed.
$(B)/billet-api-faulty: $(call main_of,fcgi) $(faults) $(B)/libapi.a $(all_libs)
	$(link)
$(B)/billet-api-faulty: LIBS := $(LIBS_ALL) $(libs_api)

$(B)/billet-wsd: $(call main_of,wsd) $(B)/libwsd.a $(wsd_libs)
	$(link)
$(B)/billet-wsd: LIBS := $(libs_base) $(libs_crypto) $(libs_bus) $(libs_wsd)

$(B)/billetctl: $(call main_of,tools/billetctl) $(B)/libctl.a $(all_libs)
	$(link)
$(B)/billetctl: LIBS := $(LIBS_ALL) $(libs_ctl)

$(B)/unit_tests: $(call main_of,tests) $(call objects,tests/unit/*.cpp) $(call objects,tests/cases/*.cpp) $(fakes) $(wsd_fakes) $(faults) $(B)/libapi.a $(B)/libwsd.a $(B)/libctl.a $(all_libs)
	$(link)
$(B)/unit_tests: LIBS := $(libs_test) $(LIBS_ALL) $(libs_api) $(libs_wsd) $(libs_ctl)

$(B)/simulate: $(call main_of,tests/simulation) $(call objects,tests/simulation/*.cpp) $(wsd_fakes) $(B)/libwsd.a $(wsd_libs)
	$(link)
$(B)/simulate: LIBS := $(libs_base) $(libs_crypto) $(libs_bus) $(libs_wsd)

$(B)/contract_tests: $(call main_of,tests) $(call objects,tests/contract/*.cpp) $(fakes) $(all_libs)
	$(link)
$(B)/contract_tests: LIBS := $(libs_test) $(LIBS_ALL)

$(B)/integration_tests: $(call main_of,tests) $(call objects,tests/integration/*.cpp) $(support) $(all_libs)
	$(link)
$(B)/integration_tests: LIBS := $(libs_test) $(LIBS_ALL) $(libs_wsd)

$(B)/chaos: $(call main_of,tests/chaos) $(call objects,tests/chaos/*.cpp) $(support) $(all_libs)
	$(link)
$(B)/chaos: LIBS := -lcurl $(LIBS_ALL) $(libs_wsd)

$(B)/bench_load: $(call main_of,tests/bench) $(call objects,tests/bench/*.cpp) $(support) $(all_libs)
	$(link)
$(B)/bench_load: LIBS := -lcurl $(LIBS_ALL) $(libs_wsd)

# Archives are made anew, so that a deleted source does not live on in one.
define archive_rule
$(B)/lib$(1).a: $(2) $(B)/sources-$(1)
	$$(call say,AR,$$@)rm -f $$@ && ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach lib,$(lib_folders),$(eval $(call archive_rule,$(lib),$(call objects,lib/$(lib)/*.cpp))))
$(eval $(call archive_rule,api,$(api_objects)))
$(eval $(call archive_rule,wsd,$(wsd_objects)))
$(eval $(call archive_rule,ctl,$(ctl_objects)))

# Files that change only when their text does: a list of sources, the compiler's flags.
define stamp
@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(1))' >$@
endef
.PHONY: FORCE
FORCE:
$(foreach lib,$(lib_folders),$(eval $(B)/sources-$(lib): STAMP := $(sort $(wildcard lib/$(lib)/*.cpp))))
$(B)/sources-api: STAMP := $(sort $(wildcard fcgi/*.cpp))
$(B)/sources-wsd: STAMP := $(sort $(wildcard wsd/*.cpp))
$(B)/sources-ctl: STAMP := $(sort $(wildcard tools/billetctl/*.cpp))
$(addprefix $(B)/sources-,$(lib_folders) api wsd ctl): FORCE
	$(call stamp,$(STAMP))
$(B)/flags: FORCE | have-build
	$(call stamp,$(CXX) $(CXXFLAGS_ALL) $(CXXFLAGS))

$(B)/obj/%.o: %.cpp $(B)/flags
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) $(CXXFLAGS_ALL) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# Asked before anything is compiled, so that nobody meets a compiler's error about a missing header. Some hundredths of a second when all is there.
.PHONY: have-build have-test have-web have-run have-format
have-build have-test have-web have-run have-format: have-%:
	@tools/stack/deps.sh --check $* $(if $(filter test tests,$(MAKECMDGOALS)),test)
have-test: | have-build
$(patsubst %.cpp,$(B)/obj/%.o,$(filter-out tests/fuzz/%,$(wildcard tests/*.cpp tests/*/*.cpp tests/*/*/*.cpp))): | have-test

# Headers may vanish between two builds: -MP gives each an empty rule.
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

ifneq ($(FUZZ),)
fuzz_libs := $(call archive,fastcgi wire bus crypto chat event base)
$(B)/%: $(B)/obj/tests/fuzz/%.o $(fuzz_libs)
	$(link)
$(fuzzers): LIBS := $(libs_base) $(libs_crypto) $(libs_bus)
# Without this make takes the object of a fuzz target for a by-product and deletes it. The pattern must be that of the rule.
.PRECIOUS: $(B)/obj/%.o
.PHONY: fuzzers
fuzzers: $(fuzzers)
endif

# --- What a person types ----------------------------------------------------------------------------------------------
# Recipes of several steps call make again: the steps must run in order although the rest runs in parallel.

stack_env := BUILD_DIR='$(abspath $(B))' $(if $(RUN_DIR),RUN_DIR='$(RUN_DIR)') $(if $(PORT),PORT='$(PORT)') $(if $(CONFIG),CONFIG='$(CONFIG)')

.PHONY: help
help:  ## this list
	@printf 'make TARGET, where TARGET is one of\n'
	@sed -nE 's/^([a-z0-9_-]+):.*## (.*)$$/\1\t\2/p' Makefile | awk -F'\t' '{ printf "  %-16s %s\n", $$1, $$2 }'
	@printf 'Variables: RUN_DIR=run  PORT=8080  CONFIG=extra.toml  SAN=address,undefined  DEBUG=1  V=1  NO_DEPS=1  DESTDIR=  PREFIX=/usr/local\n'

.PHONY: deps deps-check deps-workbench
deps:  ## install the Debian packages that building and running need
	@tools/stack/deps.sh run
deps-check:  ## … and those that the tests need
	@tools/stack/deps.sh run check
deps-workbench:  ## only what building, unit tests and docs/development.md need: gdb, perf, clangd; no stack
	@tools/stack/deps.sh workbench

.PHONY: web
web: | have-web  ## build the web client into build/www
	@if [ -x nginx/www/build.sh ]; then nginx/www/build.sh build/www; fi

.PHONY: run start stop
run:  ## install what is missing, build, start everything, print the URL and two demo accounts
	@$(MAKE) deps
	@echo 'building ($(B))'
	@$(MAKE) all
	@$(MAKE) web
	@$(stack_env) tools/stack/start.sh
	@$(stack_env) tools/stack/demo.sh
start: | have-run  ## build and start in the background (RUN_DIR=, PORT=, CONFIG=)
	@$(MAKE) all
	@$(MAKE) web
	@$(stack_env) tools/stack/start.sh
stop:  ## end what `make run` or `make start` started (RUN_DIR=); the data stays
	@$(stack_env) tools/stack/stop.sh

.PHONY: check test asan simulate fuzz chaos bench bench-against tidy format format-check
check:  ## install what is missing, build, run all tests
	@$(MAKE) deps-check
	@$(MAKE) tests
	@$(MAKE) web
	@BUILD_DIR='$(abspath $(B))' tools/check/run_suites.sh

test: $(B)/unit_tests  ## the unit tests only: seconds
	@$(B)/unit_tests

asan:  ## unit, contract and integration tests under AddressSanitizer and UBSan
	@tools/stack/deps.sh run check
	@$(MAKE) SAN=address,undefined all $(patsubst %,build/asan/%_tests,unit contract integration)
	@$(MAKE) web
	@BUILD_DIR='$(abspath build/asan)' tools/check/run_suites.sh unit contract integration

simulate: $(B)/simulate  ## a million schedules of live delivery in memory (SIMULATE_COUNT=, SIMULATE_FROM=)
	@$(B)/simulate --count $${SIMULATE_COUNT:-1000000} --from $${SIMULATE_FROM:-1}

fuzz:  ## every fuzz target for FUZZ_SECONDS (60) each
	@tools/stack/deps.sh run fuzz
	@$(MAKE) FUZZ=1 fuzzers
	@tools/check/fuzz.sh $(notdir $(fuzzers))

chaos:  ## kill and stop processes under load, then check every promise (CHAOS_FAULTS=100, CHAOS_SEED=)
	@tools/stack/deps.sh run check
	@$(MAKE) tests
	@BUILD_DIR='$(abspath $(B))' CHAOS_FAULTS=$${CHAOS_FAULTS:-100} tools/check/run_suites.sh chaos

bench:  ## measure and print the table of docs/benchmarks.md
	@tools/stack/deps.sh run check bench
	@$(MAKE) all $(B)/bench_load
	@$(MAKE) web
	@BUILD_DIR='$(abspath $(B))' tests/bench/run.sh

bench-against:  ## measure the commit REF= and this tree by turns: CPU a unit of work, and the ratios (docs/benchmarks.md)
	@tools/stack/deps.sh run check bench
	@$(MAKE) all $(B)/bench_load
	@$(MAKE) web
	@BUILD_DIR='$(abspath $(B))' REF='$(REF)' tests/bench/against.sh

format: | have-format have-web  ## format all sources in place: clang-format for C++, Prettier for the web client
	@tools/check/format.sh --fix
	@nginx/www/lint.sh --fix
tidy:  ## clang-tidy over all C++ sources (minutes)
	@tools/stack/deps.sh run check tidy
	@tools/check/tidy.sh $(CXXFLAGS_ALL)

.PHONY: compile_commands hooks
compile_commands:  ## write compile_commands.json for clangd and editors
	@tools/compile_commands.sh $(CXX) $(CXXFLAGS_ALL) $(CXXFLAGS)
hooks:  ## have git run the fast suites on what changed before each commit
	@tools/hooks.sh

.PHONY: sbom
sbom:  ## write build/sbom.cdx.json (CycloneDX): what the programs and the web client contain, with licences
	@$(MAKE) all
	@$(MAKE) web
	@node tools/sbom.mjs '$(B)' build/www build/sbom.cdx.json
	@node tools/check/notice.mjs build/sbom.cdx.json NOTICE

.PHONY: dist
dist:  ## the files of a release in build/dist: source, bill of materials, digests (docs/release.md)
	@tools/dist.sh --check
	@$(MAKE) sbom
	@tools/dist.sh

.PHONY: install uninstall debian13 systemd clean
install: all web  ## install the programs, nginx and systemd files below DESTDIR and PREFIX
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BUILD_DIR='$(abspath $(B))' tools/install.sh

uninstall:  ## undo install and billet-setup; data, keys and configuration stay (PURGE=1: they go too)
	@set -e; program='$(DESTDIR)$(PREFIX)/bin/billet-uninstall'; [ -x "$$program" ] || { echo "nothing is installed: $$program is missing"; exit 1; }; \
	  DESTDIR='$(DESTDIR)' "$$program" $(if $(PURGE),--purge)
debian13:  ## `make check`, whole, in a bare Debian 13 in a container (root; about an hour)
	@tools/stack/deps.sh run check
	@tools/check/debian13.sh --all
systemd:  ## install, restart, reboot, upgrade, restore and uninstall on a booted systemd in a container (root)
	@tools/stack/deps.sh run check
	@$(MAKE) all
	@$(MAKE) web
	@BUILD_DIR='$(abspath $(B))' tools/check/run_suites.sh boot

clean:  ## delete build/ (stop stacks first; run/ stays)
	rm -rf build
