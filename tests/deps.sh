#!/bin/sh
# Sees that what the build needs is there. Installs Debian's packages where that can be done, names them elsewhere.
#
#   tests/deps.sh 'DEBIAN PACKAGES' 'FEDORA PACKAGES' 'HOMEBREW PACKAGES'
#
# With PROGRAM_ONLY in the environment what only tests need may be missing.
set -eu

# What sanitizers and fuzzers of clang are linked with: on Debian a package of its own, so clang can be there without.
has_clang_runtime() {
    for name in "libclang_rt.fuzzer-$(uname -m).a" libclang_rt.fuzzer.a; do
        [ -e "$(clang -print-file-name="$name")" ] && return 0
    done
    return 1
}

have_all() {
    if [ -n "${PROGRAM_ONLY:-}" ]; then
        programs='cc pkg-config'
        libraries=
    else
        programs='cc pkg-config gnuplot clang clang-format shellcheck sqlite3'
        libraries=criterion
    fi
    for program in $programs; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
    if [ -z "${PROGRAM_ONLY:-}" ] && command -v apt-get >/dev/null 2>&1; then
        has_clang_runtime || return 1
    fi
    # shellcheck disable=SC2086  # there may be none
    pkg-config --exists gsl sqlite3 libcjson yaml-0.1 xlsxwriter zlib $libraries 2>/dev/null
}

if have_all; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "headroom needs these packages; install them and run make again:" >&2
    echo "  Fedora:   sudo dnf install $2" >&2
    echo "  Homebrew: brew install $3" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    run=''
elif command -v sudo >/dev/null 2>&1; then
    run=sudo
else
    echo "headroom needs these packages; install them as root and run make again:" >&2
    echo "  apt-get install $1" >&2
    exit 1
fi
echo "installing what is missing: $1" >&2
$run apt-get update -qq >&2
# shellcheck disable=SC2086  # the packages are words
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $1 >&2
