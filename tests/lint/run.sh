#!/usr/bin/env bash
# The habits of the house, a check each; a check that fails prints what it found.
. "$(dirname "$0")/../case.sh"

mapfile -t sources < <(find sim models reports tests -name '*.[ch]' 2>/dev/null | LC_ALL=C sort)
mapfile -t scripts < <(find .ci/run reports/ci tests -name run -o -name '*.sh' | LC_ALL=C sort)
headers=()
for file in "${sources[@]}"; do
    [[ $file == *.h ]] && headers+=("$file")
done

# A header compiles before anything else was included.
headers_stand_alone() {
    printf '%s\0' "${headers[@]}" | xargs -0 -P "$(getconf _NPROCESSORS_ONLN)" -n 16 "${CC:-cc}" -std=c17 \
        -D_POSIX_C_SOURCE=200809L -I. -Wall -Wextra -Werror -x c -fsyntax-only
}

headers_are_guarded() {
    local header guard bad=0
    for header in "${headers[@]}"; do
        guard=$(printf '%s' "$header" | tr '[:lower:]/.-' '[:upper:]___')
        if ! grep -qx "#ifndef $guard" "$header"; then
            echo "$header: no #ifndef $guard"
            bad=1
        fi
    done
    return $bad
}

formatted() {
    printf '%s\0' "${sources[@]}" | xargs -0 -P "$(getconf _NPROCESSORS_ONLN)" -n 32 clang-format --dry-run -Werror
}

check 'layers' awk -f tests/lint/layers.awk tests/lint/layers.txt "${sources[@]}"
check 'headers compile alone' headers_stand_alone
check 'headers are guarded' headers_are_guarded
check 'words' awk -f tests/lint/words.awk "${sources[@]}"
# What another version of clang-format makes of the same rules differs.
if clang-format --version 2>/dev/null | grep -q ' version 14\.'; then
    check 'clang-format' formatted
else
    echo 'skipped: clang-format: not version 14, whose layout this is'
fi
check 'shellcheck' shellcheck -x -P SCRIPTDIR "${scripts[@]}"

total
