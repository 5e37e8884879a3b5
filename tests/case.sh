#!/usr/bin/env bash
# What every script of tests has in common; it is sourced, with the script's own folder as $0. After it the working directory is the
# project's, $build the folder of what was built, $headroom the program, $scratch a folder that goes at the end.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
build=$PWD/${BUILD:-build}
# shellcheck disable=SC2034
headroom=$build/headroom
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

pass() {
    passed=$((passed + 1))
}

# fail WHAT: also shows what the last command printed.
fail() {
    failed=$((failed + 1))
    echo "failed: $1"
    cat "$scratch"/{out,err} 2>/dev/null
}

# check WHAT COMMAND...: holds when the command succeeds.
check() {
    local what=$1
    shift
    if "$@" >"$scratch/out" 2>"$scratch/err"; then pass; else fail "$what"; fi
}

# exits WHAT STATUS COMMAND...: fails when the exit status is another; what was printed is left in $scratch/out and err.
exits() {
    local what=$1 wanted=$2 status
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err"
    status=$?
    if [ "$status" -ne "$wanted" ]; then
        fail "$what: exit status $status, not $wanted"
        return 1
    fi
}

# expect WHAT STATUS TEXT COMMAND...: holds when the exit status is this and TEXT stands in what was printed.
expect() {
    local what=$1 wanted=$2 text=$3
    shift 3
    exits "$what" "$wanted" "$@" || return
    if grep -qF -- "$text" "$scratch/out" "$scratch/err"; then pass; else fail "$what: no \"$text\""; fi
}

# skip WHAT: what the rest of the script would show; ends it.
skip() {
    echo "skipped: $1"
    total
    exit
}

# The last line and the exit status of a script.
total() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
