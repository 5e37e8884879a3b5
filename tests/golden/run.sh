#!/usr/bin/env bash
# Every scenario of scenarios/, run and reported as JSON, against tests/golden/NAME.json; then that a run is a function: the
# same bytes on a second run, with another number of workers, and on a processor with fewer features.
#
#   tests/golden/run.sh            compares; the last line is `N passed, N failed`
#   UPDATE=1 tests/golden/run.sh   takes what comes out as right; look at the difference before it is committed
. "$(dirname "$0")/../case.sh"

# record OUT.json SCENARIO ARGUMENT...: runs a scenario and writes its report.
record() {
    local out=$1 scenario=$2
    shift 2
    "$headroom" run "$scenario" -o "$scratch/run.db" --quiet "$@" >"$scratch/log" 2>&1 &&
        "$headroom" report "$scratch/run.db" --format json -o "$scratch" >>"$scratch/log" 2>&1 &&
        mv "$scratch/report.json" "$out"
}

# A report with a line for each object, to be compared by people.
rows() {
    sed 's/},{/},\n{/g' "$1"
}

golden() {
    local scenario=$1 name kept
    name=$(basename "$scenario" .yaml)
    kept=tests/golden/$name.json
    if ! record "$scratch/$name.json" "$scenario"; then
        fail "$name: it does not run"
        cat "$scratch/log"
    elif [ "${UPDATE:-0}" = 1 ]; then
        cp "$scratch/$name.json" "$kept"
        pass
    elif ! cmp -s "$kept" "$scratch/$name.json"; then
        fail "$name: another report (UPDATE=1 $0 takes it as right)"
        diff -U 1 <(rows "$kept") <(rows "$scratch/$name.json") | cut -c 1-300 | head -60
    else
        pass
    fi
}

# same NAME ARGUMENT...: the report of a run with these arguments has the bytes of first.json.
same() {
    local name=$1
    shift
    if ! record "$scratch/again.json" scenarios/bimride "${short[@]}" "$@"; then
        fail "$name: it does not run"
        cat "$scratch/log"
    elif ! cmp "$scratch/first.json" "$scratch/again.json"; then
        fail "$name: another report"
    else
        pass
    fi
}

# What the loader says that this processor can do.
features() {
    "$loader" --list-diagnostics 2>/dev/null | grep 'cpu_features.*\.active'
}

for scenario in scenarios/*.yaml scenarios/*/; do
    golden "${scenario%/}"
done

short=(--replications 2)
record "$scratch/first.json" scenarios/bimride "${short[@]}" --workers 1 || cat "$scratch/log"
same "the same run again" --workers 1
same "two workers" --workers 2
fewer=glibc.cpu.hwcaps=-FMA,-AVX2
loader=$(ldd "$headroom" 2>/dev/null | awk '/ld-linux/ { print $1 }')
if [ "$(features)" = "$(GLIBC_TUNABLES=$fewer features)" ]; then
    echo "skipped: a run without FMA and AVX2: this system does not let them be left out"
else
    GLIBC_TUNABLES=$fewer same "without FMA and AVX2" --workers 1
fi

total
