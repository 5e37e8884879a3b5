#!/usr/bin/env bash
# Runs every kind of test and adds them up. The last line is `N passed, N failed`; the exit status says whether all passed.
#
#   BUILD=build tests/run.sh PROGRAM...     the unit and theory test programs
set -u
BUILD=${BUILD:-build}
export BUILD
passed=0
failed=0

# add LOG STATUS: takes the counts from what a program printed: Criterion's synthesis, or our own closing line.
add() {
    local p f
    read -r p f < <(sed -E 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        /Synthesis: Tested:/ {
            gsub(/[^0-9]+/, " "); p += $2; f += $3 + $4; seen = 1
        }
        /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; seen = 1 }
        END { print p + 0, (seen ? f + 0 : 1) }')
    # A program that fails, or says nothing, without counting a failure is a failure itself.
    if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
    fi
    if [ "$f" -ne 0 ]; then
        cat "$1"
    fi
    passed=$((passed + p))
    failed=$((failed + f))
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

for program in "$@"; do
    "$program" >"$log" 2>&1
    add "$log" $?
    grep -h '^skipped:' "$log"
done
echo "units and theory: $passed passed, $failed failed"

for program in "$BUILD/conformance" tests/golden/run.sh tests/e2e/run.sh tests/lint/run.sh; do
    [ -e "$program" ] || continue
    before=$passed
    "$program" >"$log" 2>&1
    add "$log" $?
    grep -h '^skipped:' "$log"
    echo "$program: $((passed - before)) passed"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
