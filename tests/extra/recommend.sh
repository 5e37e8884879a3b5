#!/usr/bin/env bash
# What is recommended for twenty generated platforms and for BimRide: a line for each, with what it saves and how long it took.
. "$(dirname "$0")/../case.sh"

RECOMMEND_PLATFORMS=20 RECOMMEND_BIMRIDE=1 "$build/tests/theory/test_recommend" >"$scratch/out" 2>"$scratch/err"
status=$?
grep -h -e '^platform' -e '^mean' -e '^BimRide' "$scratch"/{out,err}
if [ "$status" -eq 0 ]; then pass; else fail 'twenty platforms and BimRide'; fi
total
