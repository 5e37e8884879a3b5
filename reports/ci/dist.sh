#!/usr/bin/env bash
# Makes the Linux tarball of an installation that runs where it is unpacked: bin/headroom, the libraries that it needs
# beyond the C library, data, scenarios, the manual page. `make dist` calls it with the program linked for that and an
# installation whose other files are taken:
#
#     reports/ci/dist.sh PROGRAM INSTALLATION VERSION FOLDER
#
# The tarball and its SHA-256 lie in FOLDER. It refuses what an older system's C library does not have, and a program
# that does not run from the unpacked tarball without anything of this machine's but the C library.
set -euo pipefail
program=$1
installation=$2
version=$3
folder=$4
newest=2.35 # the C library of Ubuntu 22.04; Debian 12 has 2.36
name=headroom-$version-linux-$(uname -m)
root=$folder/$name

# What the system must have: the C library and its loader.
is_of_the_system() {
    case $1 in
        linux-vdso.so* | ld-linux* | libc.so* | libm.so* | libpthread.so* | libdl.so* | librt.so*) return 0 ;;
    esac
    return 1
}

# Copies each library of the program, and the terms it comes under.
copy_libraries() {
    local library path package
    mkdir -p "$root/lib" "$root/share/doc/headroom"
    ldd "$program" | awk '$2 == "=>" { print $1, $3 }' | while read -r library path; do
        if ! is_of_the_system "$library"; then
            install -m 644 "$(readlink -f "$path")" "$root/lib/$library"
        fi
    done
    for package in libgsl-dev libsqlite3-dev libcjson1 libyaml-dev libxlsxwriter4 libminizip1 zlib1g libssl3; do
        if [ -f "/usr/share/doc/$package/copyright" ]; then
            install -m 644 "/usr/share/doc/$package/copyright" "$root/share/doc/headroom/$package.copyright"
        fi
    done
}

# The newest version of the C library that a file asks for.
glibc_of() {
    objdump -T "$1" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1
}

check_glibc() {
    local file version
    for file in "$root/bin/headroom" "$root"/lib/*; do
        version=$(glibc_of "$file")
        if [ "$(printf '%s\n' "${version#GLIBC_}" "$newest" | sort -V | tail -n 1)" != "$newest" ]; then
            echo "dist: $file needs $version, newer than $newest" >&2
            objdump -T "$file" | grep "$version" >&2
            exit 1
        fi
    done
}

# From another place and without this machine's libraries in the way of the bundled ones.
check_runs() {
    local place
    place=$(mktemp -d)
    tar -xzf "$folder/$name.tar.gz" -C "$place"
    (cd "$place" && "./$name/bin/headroom" run "$name/share/headroom/scenarios/quickstart.yaml" --quiet \
        --duration 1h -o run.db >/dev/null && "./$name/bin/headroom" report run.db --format json,csv,xlsx -o report >/dev/null)
    if ldd "$place/$name/bin/headroom" | awk '$2 == "=>" { print $1, $3 }' |
        while read -r library path; do is_of_the_system "$library" || echo "$path"; done |
        grep -v "^$place/"; then
        echo 'dist: these are taken from this machine' >&2
        exit 1
    fi
    rm -rf "$place"
}

mkdir -p "$root"
cp -R "$installation/." "$root"
install -m 755 "$program" "$root/bin/headroom"
strip "$root/bin/headroom"
copy_libraries
check_glibc
# The same files give the same bytes.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime='2026-01-01 00:00Z' -C "$folder" -cf - "$name" |
    gzip -n -9 >"$folder/$name.tar.gz"
rm -rf "$root"
check_runs
(cd "$folder" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256" && cat "$name.tar.gz.sha256")
