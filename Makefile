# make              build the program: build/headroom
# make demo         simulate the example week and write its report
# make test         every test: unit, theory, conformance, golden, end to end, lint
# make test-extra   what needs a network (the official FOCUS validator) or minutes (a million placements, both ways)
# make conformance  replay the recorded answers of Kubernetes
# make bench        print what is measured beside its budget
# make lint         layers, headers, format, shell scripts
# make sanitize     the tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make fuzz         every fuzzer for FUZZ_SECONDS each (clang); FUZZERS='csv json' for some
# make deps         install what the above need (Debian); a machine that has it all is left alone
# make install      PREFIX=/usr/local, DESTDIR=
# make uninstall    the opposite
# make dist         a tarball that runs on Debian 12, Ubuntu 22.04 and later: build/dist/
# make clean        remove build/
# make help         this list

BUILD   ?= build
PREFIX  ?= /usr/local
OPT     ?= -O2
FUZZ_SECONDS ?= 30
VERSION := 0.1.0

STD     := -std=c17 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -I.
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
CFLAGS  ?= -g $(OPT)
ALL      = $(STD) -DHEADROOM_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS) $(if $(CI),-Werror) $(SAN) $(STRICT)
LDLIBS  := -lgsl -lgslcblas -lsqlite3 -lcjson -lyaml -lxlsxwriter -lz -lpthread -lm

# The program is what is below sim/, models/ and reports/; a test program is one file of tests/KIND/, or a script.
SRC     := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c models/*.c models/*/*.c reports/*.c))
OBJ     := $(SRC:%.c=$(BUILD)/%.o)
MAIN    := $(BUILD)/sim/cli/main.o
LIB     := $(BUILD)/libheadroom.a
UNITS   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/theory/test_*.c))
REPLAYS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/conformance/*.c))
BENCHES := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/*.c))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZING := $(FUZZERS:%=$(BUILD)/tests/fuzz/fuzz_%)
SCRIPTS := $(wildcard tests/golden/run.sh tests/e2e/*.sh tests/lint/run.sh)

# PROGRAM_ONLY=1 leaves out what only tests need.
PROGRAM := build-essential pkg-config libgsl-dev libsqlite3-dev libcjson-dev libyaml-dev libxlsxwriter-dev zlib1g-dev gnuplot-nox
DEB     := $(PROGRAM) $(if $(PROGRAM_ONLY),,libcriterion-dev clang clang-format libclang-rt-dev shellcheck sqlite3)
FEDORA  := gcc make pkgconf gsl-devel sqlite-devel cjson-devel libyaml-devel libxlsxwriter-devel zlib-devel gnuplot-minimal \
           libcriterion-devel clang clang-tools-extra compiler-rt ShellCheck sqlite
BREW    := gsl sqlite cjson libyaml libxlsxwriter gnuplot criterion clang-format shellcheck

# A step is named, and shown whole with V=1.
step     = $(if $(V),,@echo '$(1) $(@:$(BUILD)/%=%)' &&)
link     = $(call step,link)$(CC) $(SAN) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

all: $(BUILD)/headroom

$(BUILD)/headroom: $(MAIN) $(LIB)
	$(link)

$(LIB): $(OBJ) $(BUILD)/sources
	@rm -f $@
	@$(AR) rcs $@ $(OBJ)

# -Wconversion is for our own code: Criterion's macros do not pass it.
$(OBJ) $(MAIN) $(REPLAYS) $(BENCHES): STRICT = -Wconversion

$(BUILD)/sim/scenario/datadir.o: STD += -DHEADROOM_DATA='"$(PREFIX)/share/headroom/data"'
$(BUILD)/sim/scenario/datadir.o: $(BUILD)/prefix

$(BUILD)/%.o: %.c $(BUILD)/flags | deps
	@mkdir -p $(@D)
	$(call step,cc)$(CC) $(ALL) -MMD -MP -c -o $@ $<

# What was built with other flags, for another place or from other files is built again: each file keeps what was.
keep     = $(shell mkdir -p $(BUILD); echo '$(2)' | cmp -s - $(BUILD)/$(1) || echo '$(2)' >$(BUILD)/$(1))
$(call keep,flags,$(CC) $(STD) $(CFLAGS) $(SAN) $(VERSION))
$(call keep,prefix,$(PREFIX))
$(call keep,sources,$(SRC))
$(BUILD)/flags $(BUILD)/prefix $(BUILD)/sources:

$(UNITS): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(link) -lcriterion

$(BUILD)/conformance: $(REPLAYS) $(LIB)
	$(link)

$(BUILD)/bench: $(BENCHES) $(LIB)
	$(link)

$(FUZZING): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(link) -fsanitize=fuzzer

# Nothing happens on a machine that has what is needed; elsewhere Debian's packages are installed, or named for others.
deps:
	@PROGRAM_ONLY=$(PROGRAM_ONLY) tests/deps.sh '$(DEB)' '$(FEDORA)' '$(BREW)'

test: $(BUILD)/headroom $(UNITS) $(BUILD)/conformance
	@BUILD=$(BUILD) tests/run.sh $(BUILD)/conformance $(SCRIPTS) $(UNITS)

test-extra: $(BUILD)/headroom $(BUILD)/tests/theory/test_scheduler_paths $(BUILD)/tests/theory/test_recommend
	@BUILD=$(BUILD) tests/run.sh $(wildcard tests/extra/*.sh)

conformance: $(BUILD)/conformance
	@$(BUILD)/conformance

bench: $(BUILD)/bench $(BUILD)/headroom
	@$(BUILD)/bench

demo: $(BUILD)/headroom
	@mkdir -p $(BUILD)/demo
	$(BUILD)/headroom run scenarios/bimride -o $(BUILD)/demo/bimride.db
	$(BUILD)/headroom report $(BUILD)/demo/bimride.db -o $(BUILD)/demo --format html

lint: | deps
	@tests/lint/run.sh

# Criterion hides a leak (it looks at the test, not at the exit status of its process), so the sanitizers write to files
# and any file fails the run.
sanitize:
	@rm -rf build/sanitize/log && mkdir -p build/sanitize/log
	@ASAN_OPTIONS=log_path=$(CURDIR)/build/sanitize/log/asan:detect_leaks=1 \
	UBSAN_OPTIONS=print_stacktrace=1:log_path=$(CURDIR)/build/sanitize/log/ubsan \
	$(MAKE) BUILD=build/sanitize OPT=-O1 SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' test
	@! grep -H . build/sanitize/log/* 2>/dev/null

# FUZZERS='csv json' takes only these. They begin with the texts that we have, and with what they found before.
fuzz:
	@$(MAKE) CC=clang BUILD=build/fuzz OPT=-O1 \
	    SAN='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all' fuzzers
	@for name in $(FUZZERS); do \
	    mkdir -p build/fuzz/corpus/$$name && \
	    build/fuzz/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -artifact_prefix=build/fuzz/ \
	        build/fuzz/corpus/$$name scenarios data tests/e2e >build/fuzz/$$name.log 2>&1 || \
	        { tail -n 60 build/fuzz/$$name.log; exit 1; }; \
	    echo "$$name: $$(tail -n 1 build/fuzz/$$name.log)"; \
	done

fuzzers: $(FUZZING)

# What the program makes of itself, below share/: the manual page, and what shells need to complete commands.
MADE    := man/man1/headroom.1 bash-completion/completions/headroom zsh/site-functions/_headroom \
           fish/vendor_completions.d/headroom.fish

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(addprefix $(DESTDIR)$(PREFIX)/share/,headroom $(dir $(MADE)))
	install -m 755 $(BUILD)/headroom $(DESTDIR)$(PREFIX)/bin/headroom
	umask 022 && cd $(DESTDIR)$(PREFIX)/share && headroom=$(abspath $(BUILD))/headroom && \
	    $$headroom help --man >$(word 1,$(MADE)) && \
	    $$headroom completion bash >$(word 2,$(MADE)) && \
	    $$headroom completion zsh >$(word 3,$(MADE)) && \
	    $$headroom completion fish >$(word 4,$(MADE))
	cp -R data scenarios $(DESTDIR)$(PREFIX)/share/headroom/
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/headroom

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/headroom $(addprefix $(DESTDIR)$(PREFIX)/share/,$(MADE))
	rm -rf $(DESTDIR)$(PREFIX)/share/headroom

# The program as others get it: what has an archive is linked in, other libraries are looked for beside it.
DIST    := $(BUILD)/dist
dist: private LDFLAGS = -static-libgcc -Wl,--disable-new-dtags,-z,origin,-rpath,'$$ORIGIN/../lib'
dist: private LDLIBS = -Wl,-Bstatic -lgsl -lgslcblas -lsqlite3 -lyaml -Wl,-Bdynamic -lcjson -lxlsxwriter -lz -lpthread -lm
dist: all
	@rm -rf $(DIST) && mkdir -p $(DIST)
	$(CC) $(LDFLAGS) -o $(DIST)/headroom $(MAIN) $(LIB) $(LDLIBS)
	@$(MAKE) install DESTDIR=$(abspath $(DIST))/stage >/dev/null
	@reports/ci/dist.sh $(DIST)/headroom $(DIST)/stage$(PREFIX) $(VERSION) $(DIST)
	@rm -rf $(DIST)/headroom $(DIST)/stage

clean:
	rm -rf build

help:
	@sed -n 's/^# //p' Makefile | sed -n '/^make/p'

.PHONY: all test test-extra demo bench conformance lint sanitize fuzz fuzzers install uninstall dist clean deps help
.DELETE_ON_ERROR:
-include $(patsubst %.o,%.d,$(OBJ) $(MAIN) $(REPLAYS) $(BENCHES)) $(UNITS:=.d) $(FUZZING:=.d)
