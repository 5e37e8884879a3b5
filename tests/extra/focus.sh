#!/usr/bin/env bash
# The bill of a run as the official FOCUS validator sees it (focus-validator of PyPI, installed below build/). Skipped where
# it cannot be installed: no network, no Python 3.12.
#
# The validator tests rules whatever their condition: InvoiceId-C-005-C (not null when there is an invoice) fails where
# InvoiceId-C-004-C (null when there is none) holds; either of them must.
. "$(dirname "$0")/../case.sh"
environment=$build/focus-validator
criteria=ACCOUNT_NAMING_SUPPORTED,BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED,MULTIPLE_PRICING_CATEGORIES_SUPPORTED
criteria=$criteria,NEGOTIATED_PRICING_SUPPORTED,PUBLIC_PRICE_LIST_SUPPORTED,REGION_SUPPORTED,RESOURCE_TYPE_ASSIGNMENT_SUPPORTED
criteria=$criteria,SUB_ACCOUNT_SUPPORTED,TAGGING_SUPPORTED,UNIT_PRICING_SUPPORTED,USAGE_MEASUREMENT_SUPPORTED

# The first Python that the validator runs on.
python() {
    local candidate
    for candidate in python3.13 python3.12 python3 "$HOME"/.pyenv/versions/3.1[23]*/bin/python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

install() {
    local found
    [ -x "$environment/bin/focus-validator" ] && return
    found=$(python)
    [ -n "$found" ] || skip 'the FOCUS validator: no Python 3.12'
    # pyarrow 18 and later do not load beside the NumPy that the validator wants.
    if ! "$found" -m venv "$environment" || ! "$environment/bin/pip" install -q 'focus-validator==2.2.1' 'pyarrow<18'; then
        rm -rf "$environment"
        skip 'the FOCUS validator: it cannot be installed'
    fi
}

install
"$headroom" run scenarios/bimride -o "$scratch/run.db" --quiet --replications 1 >/dev/null &&
    "$headroom" report "$scratch/run.db" -o "$scratch" --format focus >/dev/null || exit 1
# It reads its tables by a path from where it is installed.
cd "$environment"/lib/python3*/site-packages || exit 1
"$environment/bin/focus-validator" --data-file "$scratch/focus.csv" --validate-version 1.2 --block-download \
    --applicability-criteria "$criteria" >"$scratch/log" 2>&1
grep '^Total:' "$scratch/log" || cat "$scratch/log"
passed=$(sed -n 's/^Total:.*Pass: \([0-9]*\).*/\1/p' "$scratch/log")
failed=$(grep -c ': FAIL ' "$scratch/log")
if grep -q 'InvoiceId-C-005-C: FAIL' "$scratch/log" && grep -q 'InvoiceId-C-004-C: PASS' "$scratch/log"; then
    failed=$((failed - 1))
fi
[ -n "$passed" ] || failed=1
grep ': FAIL ' "$scratch/log"
passed=${passed:-0}
total
