#!/usr/bin/env bash
# What the real kube-scheduler decides on clusters that nobody has looked at yet, replayed: the recorder of ../shared/oracle
# (Go; with the suites of tests/extra/scheduler/ laid over it) makes new scenarios from a seed, build/conformance answers them.
# Skipped where the recorder or Go is absent. The last line is `N passed, N failed`.
#
#   tests/extra/scheduler-fresh.sh [SEED [COUNT]]     about COUNT clusters and as many cases of single plugins as go with
#                                                     them; default: a seed of the day, 200
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$PWD/${BUILD:-build}
seed=${1:-$(date +%Y%m%d)}
count=${2:-200}
oracle=$(realpath -m ../shared/oracle)
recorders=$build/recorders
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skip() {
    echo "skipped: fresh scenarios of the scheduler: $1"
    echo "0 passed, 0 failed"
    exit 0
}

overlay() {
    local separator='' file
    printf '{"Replace":{'
    for file in "$PWD"/tests/extra/scheduler/*.go; do
        printf '%s"%s":"%s"' "$separator" "$oracle/scheduler/$(basename "$file")" "$file"
        separator=,
    done
    printf '}}'
}

[ -f "$oracle/go.mod" ] || skip 'no recorder (../shared/oracle)'
command -v go >/dev/null || skip 'no Go'
mkdir -p "$recorders"
overlay >"$recorders/overlay.json"
(cd "$oracle" && nice go build -overlay "$recorders/overlay.json" -o "$recorders/scheduler" ./scheduler &&
    nice go test -c -o "$recorders/schedqueue" ./schedqueue) || skip 'the recorder does not build'
make -s "$build/conformance" BUILD="$build" >"$scratch/log" || {
    cat "$scratch/log"
    exit 1
}

# At scale 1 there are 150 placements and 60 with volumes, 80 courses of churn, 60 hostile clusters and 370 preemptions.
scale=$(awk "BEGIN { print $count / 720 }")
"$recorders/scheduler" -seed "$seed" -scale "$scale" -out "$scratch" >"$scratch/log" || exit 1
(cd "$oracle/schedqueue" &&
    "$recorders/schedqueue" -test.run 'RecordPreemption' -seed "$seed" -scale "$scale" -out "$scratch") \
    >>"$scratch/log" || exit 1
gzip -1 "$scratch"/*/*.jsonl
echo "seed $seed, scale $scale"
"$build/conformance" "$scratch"
