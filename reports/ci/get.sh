#!/usr/bin/env bash
# Gets the program for a CI job and prints the path of it: the one on PATH; else the tarball at HEADROOM_URL, checked
# against HEADROOM_SHA256, unpacked into FOLDER; else built from SOURCE.
#
#     reports/ci/get.sh FOLDER [SOURCE]
set -euo pipefail
folder=$1
source=${2:-}

die() {
    echo "headroom: $1" >&2
    exit 3
}

fetch() {
    [ -n "${HEADROOM_SHA256:-}" ] || die 'HEADROOM_URL is set without HEADROOM_SHA256 (give the sum of the tarball)'
    mkdir -p "$folder"
    curl -fsSL --retry 3 --proto '=https,file' -o "$folder/headroom.tar.gz" "$HEADROOM_URL"
    echo "$HEADROOM_SHA256  $folder/headroom.tar.gz" | sha256sum -c --quiet - >&2 || die 'the tarball has another SHA-256'
    tar -xzf "$folder/headroom.tar.gz" --strip-components=1 -C "$folder"
    echo "$folder/bin/headroom"
}

if [ -n "${HEADROOM_URL:-}" ]; then
    fetch
elif command -v headroom >/dev/null; then
    command -v headroom
elif [ -n "$source" ]; then
    make -C "$source" -j "$(getconf _NPROCESSORS_ONLN)" PROGRAM_ONLY=1 build/headroom >&2
    echo "$source/build/headroom"
else
    die 'no program: put it on PATH, or set HEADROOM_URL and HEADROOM_SHA256'
fi
