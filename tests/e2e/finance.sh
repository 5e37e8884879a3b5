#!/usr/bin/env bash
# The finance formats as a user makes them, and as other programs read them: what is not installed is skipped.
. "$(dirname "$0")/../case.sh"
formats=csv,xlsx,focus,openmetrics

report() {
    "$headroom" report "$scratch/run.db" -o "$1" --format "$formats"
}

same_bytes() {
    report "$scratch/again" && diff -r "$scratch/made" "$scratch/again"
}

# column FILE NAME: the sum of a column of plain numbers, to the nano-dollar.
column() {
    awk -F, -v name="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        { split($c, part, "."); whole += part[1]; rest += substr(part[2] "000000000", 1, 9) }
        END { whole += int(rest / 1000000000); printf "%d.%09d\n", whole, rest % 1000000000 }' "$1"
}

costs_agree() {
    local spent
    spent=$(sqlite3 "$scratch/run.db" \
        'SELECT printf("%d.%09d", SUM(cpu_nusd + memory_nusd) / 1000000000, SUM(cpu_nusd + memory_nusd) % 1000000000) FROM cost_day')
    echo "spent $spent, costs.csv $(column "$scratch/made/costs.csv" usd), focus.csv $(column "$scratch/made/focus.csv" BilledCost)"
    [ "$(column "$scratch/made/costs.csv" usd)" = "$spent" ] && [ "$(column "$scratch/made/focus.csv" BilledCost)" = "$spent" ]
}

unwritable() {
    mkdir -p "$scratch/file" && touch "$scratch/file/in-the-way"
    report "$scratch/file/in-the-way"
    [ $? -eq 3 ] && [ "$(find "$scratch/file" -type f | wc -l)" -eq 1 ]
}

# full_disk TMPDIR DIR: one line is said, and nothing is left.
full_disk() {
    TMPDIR=$1 "$headroom" report "$scratch/run.db" -o "$2" --format "$formats" 2>"$scratch/err"
    local status=$?
    cat "$scratch/err"
    [ $status -eq 3 ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && [ -z "$(find "$scratch/full" "$scratch/none" -type f)" ]
}

# sheets DIR BOOK: each sheet of a book as CSV, by LibreOffice, with a profile of its own.
sheets() {
    soffice -env:UserInstallation="file://$scratch/office" --headless \
        --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' --outdir "$1" "$2" &&
        [ "$(find "$1" -name '*.csv' | wc -l)" -eq 6 ]
}

# forget FROM TO: the book without the values that its formulas carry, so that whoever opens it must calculate.
forget() {
    python3 - "$1" "$2" <<'END'
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as book, zipfile.ZipFile(sys.argv[2], "w") as other:
    for name in book.namelist():
        data = book.read(name)
        if name.startswith("xl/worksheets/sheet"):
            data, count = re.subn(rb"</f><v>[^<]*</v>", b"</f>", data)
            print(name, count, "formulas")
        other.writestr(name, data)
END
}

opened() {
    sheets "$scratch/sheets" "$scratch/made/costs.xlsx" && ! grep -lE '#(REF|NAME|VALUE|DIV)|Err:' "$scratch"/sheets/*.csv
}

calculated() {
    mkdir -p "$scratch/bare" && forget "$scratch/made/costs.xlsx" "$scratch/bare/costs.xlsx" &&
        sheets "$scratch/calculated" "$scratch/bare/costs.xlsx" && diff -r "$scratch/sheets" "$scratch/calculated"
}

check 'a run' "$headroom" run scenarios/quickstart.yaml -o "$scratch/run.db" --quiet --replications 2
check 'reports' report "$scratch/made"
check 'the same bytes again' same_bytes
check 'costs and bill sum to what was spent' costs_agree
check 'a folder that cannot be made' unwritable
if mkdir "$scratch/full" && mount -t tmpfs -o size=8k tmpfs "$scratch/full" 2>/dev/null; then
    mkdir -p "$scratch/none"
    check 'a full disk' full_disk "$scratch" "$scratch/full"
    check 'no room for temporary files' full_disk "$scratch/full" "$scratch/none"
    umount "$scratch/full"
else
    echo 'skipped: a full disk: no file system may be mounted here'
fi
if command -v soffice >/dev/null; then
    check 'LibreOffice opens the book' opened
    if command -v python3 >/dev/null; then
        check 'formulas come to what they carry' calculated
    else
        echo 'skipped: formulas calculated again: no python3 to take their values away'
    fi
else
    echo 'skipped: LibreOffice: not installed (Debian: libreoffice-calc)'
fi
if command -v promtool >/dev/null; then
    check 'promtool check metrics' promtool check metrics <"$scratch/made/metrics.om"
    check 'promtool tsdb' promtool tsdb create-blocks-from openmetrics "$scratch/made/metrics.om" "$scratch/blocks"
else
    echo 'skipped: promtool: not installed (Debian: prometheus)'
fi

total
