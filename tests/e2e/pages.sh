#!/usr/bin/env bash
# Every page of the reports in a real browser (chromium), light and dark, on a telephone's and on a desk's width: nothing on
# its console, no text that is cut off or hard to see, a name for each chart, all of it reached by the keyboard (pages.html).
. "$(dirname "$0")/../case.sh"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
[ -n "$browser" ] || skip 'pages in a browser: no chromium'

# look FILE PAGES DARK: opens them; what was found is left in $scratch/problems and $scratch/checked, with what the console
# says among the problems.
look() {
    timeout 240 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --allow-file-access-from-files \
        --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$scratch/browser" \
        --blink-settings=preferredColorScheme="$((1 - $3))" --enable-logging=stderr --dump-dom \
        "file://$PWD/tests/e2e/pages.html?file=$1&pages=$2&dark=$3" >"$scratch/dom" 2>"$scratch/log"
    sed -n 's/<\/pre>.*//;s/^problem: //p' "$scratch/dom" >"$scratch/problems"
    grep -F CONSOLE "$scratch/log" >>"$scratch/problems"
    sed -n 's/.*<pre id="checked">\([^<]*\)<.*/\1/p' "$scratch/dom" >"$scratch/checked"
}

# pages FILE PAGES: both schemes; each page at both widths.
pages() {
    local dark
    for dark in 0 1; do
        look "$1" "$2" "$dark"
        if [ -s "$scratch/problems" ]; then
            sort -u "$scratch/problems" | head -40 >"$scratch/out"
            fail "$(basename "$1"), $([ "$dark" = 1 ] && echo dark || echo light)"
        elif ! grep -qE '^4 pages, [1-9][0-9]* charts, [0-9]{3,} texts, [1-9][0-9]* scrolling, [1-9]' "$scratch/checked"; then
            fail "$(basename "$1"): looked at too little: $(cat "$scratch/checked")"
        else
            pass
        fi
    done
}

# The look itself: a page with all these faults, each of which must be told.
faults() {
    local text
    sed 's/<main>/<main style="width:1500px;max-width:none">/;s/ role="img"//;s/--muted:#566273/--muted:#a0a8b2/
        s/ tabindex="0"//;s/<h3 /<h4 /;s/<\/h3>/<\/h4>/;s/class="skip/class="/
        s/<\/main>/<script>console.log("here")<\/script><\/main>/' "$1" >"$scratch/spoiled.html"
    look "$scratch/spoiled.html" planner 0
    for text in 'scrolls sideways' 'beyond the edge' 'without name' 'contrast' 'cannot be reached' 'skips a level' \
        'reaches first' 'CONSOLE'; do
        if grep -qF -- "$text" "$scratch/problems"; then
            pass
        else
            fail "not found out: $text"
        fi
    done
}

short=(--duration 1d --replications 2 --quiet)
other=(--set NodePool/inference:spec.instance=c6a.2xlarge --set Deployment/analytics/analytics-api:spec.replicas=5)
check 'a run' "$headroom" run scenarios/bimride "${short[@]}" -o "$scratch/base.db"
check 'another' "$headroom" run scenarios/bimride "${short[@]}" "${other[@]}" -o "$scratch/candidate.db"
check 'its report' "$headroom" report "$scratch/base.db" --format html -o "$scratch/made"
exits 'what changes' 1 "$headroom" compare "$scratch/base.db" "$scratch/candidate.db" --quiet --format html \
    -o "$scratch/made/compare.html" --fail-on 'cost.monthly > +90%' --fail-on 'cpu.requested < +90%'
pages "$scratch/made/report.html" planner,finance
pages "$scratch/made/compare.html" ci,finance
faults "$scratch/made/report.html"
total
