#!/usr/bin/env bash
# Runs every kind of test, several programs at a time, and adds them up. A line for each program, what it printed when it
# failed, and last `N passed, N failed`; the exit status says whether all passed.
#
#   BUILD=build JOBS=2 tests/run.sh PROGRAM...
#
# A program tells what it counted: Criterion's synthesis, or `N passed, N failed` as its last line. One that fails, crashes
# or counts nothing is a failure. Lines that begin `skipped:` are shown.
set -u
export BUILD=${BUILD:-build}
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# count LOG STATUS: prints the passed and the failed.
count() {
    sed -E 's/\x1b\[[0-9;]*m//g' "$1" | awk -v status="$2" '
        /Synthesis: Tested:/ {
            gsub(/[^0-9]+/, " ")
            counted = $1 > 0
            passed = $2
            failed = $3 + $4
        }
        /^[0-9]+ passed, [0-9]+ failed$/ {
            counted = 1
            passed = $1
            failed = $3
        }
        END {
            if (failed == 0 && (status != 0 || !counted)) {
                failed = 1
            }
            print passed + 0, failed + 0
        }'
}

# one PROGRAM: runs it and tells how it went.
one() {
    local program=$1 log status passed failed
    log=$logs/$(printf '%s' "$program" | tr / _)
    "$program" >"$log" 2>&1
    status=$?
    read -r passed failed < <(count "$log" "$status")
    echo "$passed $failed" >"$log.count"
    {
        printf '%-48s %6d passed' "$program" "$passed"
        if [ "$failed" -ne 0 ]; then
            printf ', %d failed (exit status %d)\n' "$failed" "$status"
            cat "$log"
        else
            printf '\n'
            grep -h '^skipped:' "$log"
        fi
    } >"$log.line"
    cat "$log.line"
}

export -f one count
export logs
# shellcheck disable=SC2016  # the inner shell expands it
printf '%s\0' "$@" | xargs -0 -P "$JOBS" -I {} bash -c 'one "$1"' one {}

read -r passed failed programs < <(cat "$logs"/*.count 2>/dev/null | awk '{ p += $1; f += $2 } END { print p + 0, f + 0, NR }')
# A program whose count is missing was killed with its shell.
failed=$((failed + $# - programs))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
