#!/usr/bin/env bash
# `headroom schema` in the hands of another program: a stock validator takes every scenario that is good, and refuses what
# headroom refuses.
. "$(dirname "$0")/../case.sh"

if ! python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null; then
    skip 'JSON Schema: no python3 with jsonschema and yaml'
fi
"$headroom" schema >"$scratch/schema.json" || exit 1

cat >"$scratch/validate.py" <<'END'
import json, sys, yaml
from jsonschema import Draft202012Validator

schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for name in sys.argv[2:]:
    wrong = []
    for document in yaml.safe_load_all(open(name)):
        if document is not None:
            plain = json.loads(json.dumps(document, default=lambda time: time.isoformat()))
            wrong += [f"{e.json_path}: {e.message}" for e in validator.iter_errors(plain)]
    print(name, "good" if not wrong else "wrong: " + wrong[0])
END

# judged VERDICT FILE...: what the validator says of each.
judged() {
    local verdict=$1 line
    shift
    while read -r line; do
        if [[ ${line#* } == "$verdict"* ]]; then
            pass
        else
            fail "not $verdict: $line"
        fi
    done < <(python3 -W ignore "$scratch/validate.py" "$scratch/schema.json" "$@")
}

mapfile -t good < <(find scenarios tests/e2e/good tests/e2e/boutique.yaml -name '*.yaml' | LC_ALL=C sort)
bad=()
for name in misspelt-field misspelt-kind misspelt-value missing-field no-unit out-of-bounds two-behaviors; do
    bad+=("tests/e2e/bad/$name.yaml")
done
judged good "${good[@]}"
judged wrong "${bad[@]}"

total
