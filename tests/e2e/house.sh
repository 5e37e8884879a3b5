#!/usr/bin/env bash
# The habits themselves: what is installed works from anywhere and can be taken away again, what is missing on a machine is
# installed or named, the build knows what to build again, the runner of tests believes nobody, and the lint sees.
. "$(dirname "$0")/../case.sh"
export BUILD=${BUILD:-build}

# script PATH: an executable with the standard input as its text.
script() {
    { echo '#!/bin/sh' && cat; } >"$1"
    chmod +x "$1"
}

within() {
    (cd "$1" && shift && "$@")
}

# ---- installation ----

root=$scratch/root
expect install 0 '' make --no-print-directory install BUILD="$BUILD" DESTDIR="$root"
bin=$(find "$root" -path '*/bin/headroom' -type f)
share=$(find "$root" -name headroom -type d)
for file in "$share/data/prices/aws-us-east-1.csv" "$share/scenarios/quickstart.yaml" "$share/../man/man1/headroom.1"; do
    if [ -r "$file" ]; then pass; else fail "install: no $file"; fi
done
expect installed-elsewhere 0 '0 errors' within "$scratch" "$bin" check "$share/scenarios/quickstart.yaml"
mv "$share/data" "$share/away"
expect without-its-data 2 "$(dirname "$bin")/../share/headroom/data/prices" \
    within "$scratch" "$bin" check "$share/scenarios/quickstart.yaml"
mv "$share/away" "$share/data"
expect uninstall 0 '' make --no-print-directory uninstall DESTDIR="$root"
if [ -z "$(find "$root" -type f)" ] && [ ! -e "$share" ]; then
    pass
else
    fail "uninstall leaves $(find "$root" -type f)"
fi

# ---- the scheduler as a library ----

# fenced LANGUAGE FILE: the text of the file's first block in that language.
fenced() {
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$2" | sed '1d;/^```$/,$d'
}
fenced c models/scheduler/README.md >"$scratch/library.c"
fenced text models/scheduler/README.md >"$scratch/library.txt"
libraries='-lgsl -lgslcblas -lsqlite3 -lcjson -lyaml -lxlsxwriter -lz -lpthread -lm'
# shellcheck disable=SC2086
check library-compiles "${CC:-cc}" ${SAN:-} -std=c17 -Wall -Wextra -Werror -I. "$scratch/library.c" "$BUILD/libheadroom.a" \
    $libraries -o "$scratch/library"
check library-prints "$scratch/library"
if diff -u "$scratch/library.txt" "$scratch/out"; then pass; else fail "models/scheduler/README.md prints otherwise"; fi

# ---- what a machine lacks ----

mkdir "$scratch/bin" "$scratch/debian"
deps() {
    env PATH="$1" /bin/sh tests/deps.sh 'deb-one deb-two' 'fedora-one' 'brew-one'
}
expect deps-for-fedora 1 'sudo dnf install fedora-one' deps "$scratch/bin"
expect deps-for-homebrew 1 'brew install brew-one' deps "$scratch/bin"
script "$scratch/debian/apt-get" <<END
echo "apt-get \$*" >>"$scratch/apt"
END
echo 'echo 1000' | script "$scratch/debian/id"
expect deps-needs-root 1 'install them as root and run make again' deps "$scratch/debian"
echo 'echo 0' | script "$scratch/debian/id"
expect deps-installs 0 'deb-one deb-two' deps "$scratch/debian"
expect deps-asks-apt 0 'install -y -qq --no-install-recommends deb-one deb-two' cat "$scratch/apt"
for program in cc pkg-config gnuplot clang clang-format shellcheck sqlite3; do
    echo 'exit 0' | script "$scratch/debian/$program"
done
echo 'echo x86_64' | script "$scratch/debian/uname"
echo "echo $scratch/runtime.a" | script "$scratch/debian/clang"
expect deps-of-fuzzers 0 'installing what is missing' deps "$scratch/debian"
touch "$scratch/runtime.a"
rm "$scratch/apt"
if deps "$scratch/debian" >"$scratch/out" 2>&1 && [ ! -s "$scratch/out" ] && [ ! -e "$scratch/apt" ]; then
    pass
else
    fail 'deps: does something where nothing is missing'
fi

# ---- the build ----

# What make would do, did the file change.
would() {
    make -n --no-print-directory BUILD="$BUILD" "$@" 2>&1
}
expect build-is-done 0 '' would all
if grep -q ' -c -o ' "$scratch/out"; then fail 'build: compiles again what has not changed'; else pass; fi
expect build-header 0 'reports/summary.o' would -W sim/base/fail.h all
expect build-source 0 'sim/base/fail.o' would -W sim/base/fail.c all
if grep -q 'sim/base/arena.o' <<<"$(grep -e ' -c -o ' "$scratch/out")"; then
    fail 'build: a source compiles others'
else
    pass
fi
read -ra targets < <(sed -n 's/^\.PHONY: //p' Makefile)
for target in "${targets[@]}"; do
    case $target in
    all | fuzzers) ;;
    *) expect "help-$target" 0 "make $target " make --no-print-directory help ;;
    esac
done

# ---- the runner of tests ----

tests=$scratch/tests
mkdir "$tests"
echo 'echo "3 passed, 0 failed"' | script "$tests/good"
echo 'echo "skipped: this: that"; echo "0 passed, 0 failed"' | script "$tests/skipping"
echo 'echo "2 passed, 0 failed"; exit 1' | script "$tests/status"
echo 'echo about to crash; kill -SEGV $$' | script "$tests/crashing"
echo 'exit 0' | script "$tests/silent"
echo 'echo "[====] Synthesis: Tested: 7 | Passing: 4 | Failing: 1 | Crashing: 2 "; exit 1' | script "$tests/criterion"
echo 'echo "[====] Synthesis: Tested: 0 | Passing: 0 | Failing: 0 | Crashing: 0 "' | script "$tests/empty"
expect runner-good 0 '3 passed, 0 failed' tests/run.sh "$tests/good" "$tests/skipping"
expect runner-skipped 0 'skipped: this: that' tests/run.sh "$tests/good" "$tests/skipping"
expect runner-status 1 '5 passed, 1 failed' tests/run.sh "$tests/good" "$tests/status"
expect runner-crash 1 '3 passed, 1 failed' tests/run.sh "$tests/crashing" "$tests/good"
expect runner-shows-failures 1 'about to crash' tests/run.sh "$tests/crashing" "$tests/good"
expect runner-silent 1 '3 passed, 1 failed' tests/run.sh "$tests/silent" "$tests/good"
expect runner-criterion 1 '7 passed, 3 failed' tests/run.sh "$tests/criterion" "$tests/good"
expect runner-empty 1 '0 passed, 1 failed' tests/run.sh "$tests/empty"
expect runner-missing 1 '3 passed, 1 failed' tests/run.sh "$tests/none" "$tests/good"

# ---- the lint ----

tree=$scratch/tree
mkdir -p "$tree"/sim/base "$tree"/sim/core "$tree"/models/hpa "$tree"/models/cost "$tree"/attic
file() {
    cat >"$tree/$1"
}
file sim/base/low.h <<<'#include "sim/core/high.h"'
file sim/base/low.c <<<'#include "sim/base/round.h"'
file sim/base/round.h <<<'#include "sim/base/trip.h"'
file sim/base/trip.h <<<'#include "sim/base/round.h"'
file sim/core/high.h <<<'#include <sqlite3.h>'
file models/hpa/hpa.h <<<'#include "models/cost/cost.h"'
file models/cost/cost.h <<<'#include "cost_day.h"'
file attic/old.h <<<'#include <stdio.h>'
lint() {
    within "$tree" find . -name '*.[ch]' -printf '%P\0' | LC_ALL=C sort -z |
        (cd "$tree" && xargs -0 awk -f "$OLDPWD/tests/lint/$1" "${@:2}")
}
lint layers.awk "$PWD/tests/lint/layers.txt" >"$scratch/layers"
sees() {
    expect "lint: $2" 0 "$2" cat "$scratch/$1"
}
sees layers 'sim/base/low.h:1: sim/base may not include sim/core/high.h'
sees layers 'sim/base/low.c:1: its own header comes first'
sees layers 'sim/base/round sim/base/trip sim/base/round'
sees layers 'sim/core/high.h:1: sim/core may not include <sqlite3.h>'
sees layers 'models/hpa/hpa.h:1: models/hpa may not include models/cost/cost.h'
sees layers 'models/cost/cost.h:1: no such header: cost_day.h'
sees layers 'attic/old.h: its room is not in tests/lint/layers.txt'

tree=$scratch/words-tree
mkdir -p "$tree/sim/core"
file sim/core/words.c <<'END'
/* TO-DO: write "this" -- exp(x) in a comment, and typedef struct, are no breach. */
static const char *const text = "static int seven; pow(2, 3)";
static int seven = 7;
typedef struct word word_t;
static double two(double x)
{
    static int calls;
    return elementary_exp(x) + pow(x, 2) + __builtin_floor(x);
}
static const char *place = "/home/me/data"; /* mine */
END
sed -i 's/TO-DO/TO''DO/' "$tree/sim/core/words.c"
{ echo 'void long_one(void)'; echo '{'; yes '    next();' | head -n 69; echo '}'; } | file sim/core/long.c
file sim/core/words.h <<<'bool words_read(const char *text, struct fail *fail);'
lint words.awk >"$scratch/words"
sees words 'sim/core/words.c:1: a note to oneself'
sees words 'sim/core/words.c:3: a mutable global'
sees words 'sim/core/words.c:4: a typedef hides a struct'
sees words 'sim/core/words.c:7: a mutable global inside a function'
sees words 'sim/core/words.c:8: libm'
sees words 'sim/core/words.c:10: a path of one machine'
sees words 'sim/core/words.h:1: a failure that may be overlooked'
sees words 'sim/core/long.c:72: a function of 71 lines'
if [ "$(wc -l <"$scratch/words")" -eq 8 ]; then pass; else fail "lint: sees what is not there"; cat "$scratch/words"; fi

total
