#!/usr/bin/env bash
# Compares CANDIDATE with BASE for a CI job: text into the log, compare.md, compare.html, compare.json, bridge.csv and
# junit.xml into OUT, and the recorded run of CANDIDATE with its report. OUT/comment.md is what comment.sh keeps up to date:
# the Markdown, or why nothing was compared. The exit status is that of `headroom compare`, and lies in OUT/status.
#
#     HEADROOM=headroom HEADROOM_GATES='cost.monthly > +5%' reports/ci/compare.sh BASE CANDIDATE OUT
#
# HEADROOM_GATES      a gate a line; empty lines and those that begin with # are passed over
# HEADROOM_STRICT     true: an undecided gate fails
# HEADROOM_OPTIONS    further options, separated by blanks: --replications 8
# HEADROOM_REPORT     true: OUT/run.db and OUT/report/ of CANDIDATE (the page needs gnuplot)
# GITHUB_STEP_SUMMARY set by GitHub: the Markdown is added there, too
set -uo pipefail
base=$1
candidate=$2
out=$3
headroom=${HEADROOM:-headroom}
mkdir -p "$out" || exit 3
rm -rf "$out"/{compare.md,compare.json,compare.html,bridge.csv,junit.xml,comment.md,errors.txt,status,summary.txt,run.db,report}

options=()
while IFS= read -r gate; do
    [[ $gate =~ ^[[:space:]]*(#.*)?$ ]] || options+=(--fail-on "$gate")
done <<<"${HEADROOM_GATES:-}"
[ "${HEADROOM_STRICT:-false}" = true ] && options+=(--strict)
read -ra more <<<"${HEADROOM_OPTIONS:-}"

if [ ! -e "$base" ]; then
    echo "headroom: there is no $base yet: $candidate is compared with itself"
    base=$candidate
fi

"$headroom" compare "$base" "$candidate" "${options[@]}" "${more[@]}" --format text,markdown,json,junit,html,csv \
    -o "$out" 2>"$out/errors.txt"
status=$?
echo "$status" >"$out/status"
cat "$out/errors.txt" >&2

# The marker tells the comments of several scenarios apart, also where the input is too wrong to have a name.
{
    echo "<!-- headroom-compare: $candidate -->"
    if [ -e "$out/compare.md" ]; then
        tail -n +2 "$out/compare.md"
    else
        printf '### headroom: %s is not compared (exit status %d)\n\n' "$candidate" "$status"
        head -c 50000 "$out/errors.txt" | sed 's/^/    /'
    fi
} >"$out/comment.md"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$out/comment.md" >>"$GITHUB_STEP_SUMMARY"
fi

if [ "${HEADROOM_REPORT:-false}" = true ] && [ "$status" -le 1 ]; then
    formats=json,csv,xlsx
    command -v gnuplot >/dev/null && formats=html,$formats
    "$headroom" run "$candidate" --quiet -o "$out/run.db" >"$out/summary.txt" &&
        "$headroom" report "$out/run.db" --format "$formats" -o "$out/report" >/dev/null
fi
exit "$status"
