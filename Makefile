# make              build the program: build/headroom
# make demo         simulate the example week and write its report
# make test         every test: unit, theory, conformance, golden, end to end, lint
# make conformance  replay the recorded answers of Kubernetes
# make bench        print what is measured beside its budget
# make lint         layers, headers, format, shell scripts
# make sanitize     the tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make fuzz         every fuzzer for FUZZ_SECONDS each (clang)
# make deps         install what the above need (Debian); a machine that has it all is left alone
# make install      PREFIX=/usr/local, DESTDIR=
# make uninstall    the opposite
# make clean        remove build/
# make help         this list

BUILD   ?= build
PREFIX  ?= /usr/local
OPT     ?= -O2
FUZZ_SECONDS ?= 30
VERSION := 0.1.0

STD     := -std=c17 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -I. -DHEADROOM_VERSION='"$(VERSION)"' \
           -DHEADROOM_DATA='"$(PREFIX)/share/headroom/data"'
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
CFLAGS  ?= -g $(OPT)
ALL      = $(STD) $(WARN) $(CFLAGS) $(if $(CI),-Werror) $(SAN) $(STRICT)
LDLIBS  := -lgsl -lgslcblas -lsqlite3 -lcjson -lyaml -lz -lpthread -lm

# The program is what is below sim/, models/ and reports/; a test program is one file of tests/KIND/.
SRC     := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c models/*.c models/*/*.c reports/*.c))
OBJ     := $(SRC:%.c=$(BUILD)/%.o)
LIB     := $(BUILD)/libheadroom.a
UNITS   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/theory/test_*.c))
REPLAYS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/conformance/*.c))
BENCHES := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/*.c))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

DEB     := build-essential pkg-config libgsl-dev libsqlite3-dev libcjson-dev libyaml-dev zlib1g-dev gnuplot-nox \
           libcriterion-dev clang clang-format libclang-rt-14-dev shellcheck sqlite3
FEDORA  := gcc make pkgconf gsl-devel sqlite-devel cjson-devel libyaml-devel zlib-devel gnuplot-minimal \
           libcriterion-devel clang clang-tools-extra compiler-rt ShellCheck sqlite
BREW    := gsl sqlite cjson libyaml gnuplot criterion clang-format shellcheck

all: $(BUILD)/headroom

$(BUILD)/headroom: $(BUILD)/sim/cli/main.o $(LIB)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

# -Wconversion is for our own code: Criterion's macros do not pass it.
$(OBJ) $(BUILD)/sim/cli/main.o $(REPLAYS) $(BENCHES): STRICT = -Wconversion

$(BUILD)/%.o: %.c | deps
	@mkdir -p $(@D)
	$(CC) $(ALL) -MMD -MP -c -o $@ $<

$(UNITS): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcriterion

$(BUILD)/conformance: $(REPLAYS) $(LIB)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/bench: $(BENCHES) $(LIB)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Nothing happens on a machine that has what is needed; elsewhere Debian's packages are installed, or named for others.
deps:
	@tests/deps.sh '$(DEB)' '$(FEDORA)' '$(BREW)'

test: $(BUILD)/headroom $(UNITS) $(BUILD)/conformance
	@BUILD=$(BUILD) tests/run.sh $(UNITS)

conformance: $(BUILD)/conformance
	$(BUILD)/conformance

bench: $(BUILD)/bench $(BUILD)/headroom
	$(BUILD)/bench

demo: $(BUILD)/headroom
	@mkdir -p $(BUILD)/demo
	$(BUILD)/headroom run scenarios/bimride -o $(BUILD)/demo/bimride.db
	$(BUILD)/headroom report $(BUILD)/demo/bimride.db -o $(BUILD)/demo --format html

lint:
	@tests/lint/run.sh

# Criterion hides a leak (it looks at the test, not at the exit status of its process), so the sanitizers write to files
# and any file fails the run.
sanitize:
	@rm -rf build/sanitize/log && mkdir -p build/sanitize/log
	ASAN_OPTIONS=log_path=$(CURDIR)/build/sanitize/log/asan:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
	$(MAKE) BUILD=build/sanitize OPT=-O1 SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' test
	@! grep -l . build/sanitize/log/* 2>/dev/null

fuzz: $(FUZZERS:%=fuzz-%)

fuzz-%: tests/fuzz/fuzz_%.c $(SRC)
	@mkdir -p build/fuzz/$*
	clang $(STD) -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	      -o build/fuzz/fuzz_$* $^ $(LDLIBS)
	build/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=build/fuzz/ build/fuzz/$*

install: all
	install -D -m 755 $(BUILD)/headroom $(DESTDIR)$(PREFIX)/bin/headroom
	install -D -m 644 sim/cli/headroom.1 $(DESTDIR)$(PREFIX)/share/man/man1/headroom.1
	install -d $(DESTDIR)$(PREFIX)/share/headroom
	cp -R data scenarios $(DESTDIR)$(PREFIX)/share/headroom/

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/headroom $(DESTDIR)$(PREFIX)/share/man/man1/headroom.1
	rm -rf $(DESTDIR)$(PREFIX)/share/headroom

clean:
	rm -rf build

help:
	@sed -n 's/^# //p' Makefile | sed -n '/^make/p'

.PHONY: all test demo bench conformance lint sanitize fuzz install uninstall clean deps help
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
