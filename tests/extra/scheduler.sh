#!/usr/bin/env bash
# A million decisions of the scheduler, each worked out plainly and fast: none differs (tests/theory/test_scheduler_paths.c).
set -eu
cd "$(dirname "$0")/../.."
DECISIONS=${DECISIONS:-1000000} exec "${BUILD:-build}/tests/theory/test_scheduler_paths"
