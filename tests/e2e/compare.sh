#!/usr/bin/env bash
# `headroom compare` and gates as a CI job uses them: exit statuses, files, and what other programs read of them.
. "$(dirname "$0")/../case.sh"

# A branch that asks for half a core more: dearer, and nothing else.
base=$scratch/main.yaml
branch=$scratch/branch.yaml
cp scenarios/quickstart.yaml "$base"
sed 's/requests: {cpu: 500m/requests: {cpu: "1"/' "$base" >"$branch"
shop=$scratch/shop.yaml
sed 's/web/shop/g' "$base" >"$shop"
compare=("$headroom" compare "$base" "$branch" --replications 3 --duration 6h)

expect holds 0 'passed     cost.monthly > +90%' "${compare[@]}" --fail-on 'cost.monthly > +90%'
expect fails 1 'FAILED     cost.monthly > +5%' "${compare[@]}" --fail-on 'cost.monthly > +5%' --fail-on 'pending > 1h'
expect diff 0 'Deployment/web: spec.template.spec.containers[app].resources.requests.cpu 500m -> 1' "${compare[@]}"
expect itself 0 'They say the same: one run serves both.' "$headroom" compare "$base" "$base" --duration 1h
expect undecided 0 'warning: gate "latency{service=web} > +10%" is undecided: BASE has no such figure' \
    "$headroom" compare "$shop" "$base" --candidate-inputs --duration 1h \
    --fail-on 'latency{service=web} > +10%'
expect strict 1 'undecided' "$headroom" compare "$shop" "$base" --candidate-inputs --duration 1h \
    --fail-on 'latency{service=web} > +10%' --strict
expect metric 2 'did you mean cost.monthly?' "${compare[@]}" --fail-on 'cost.montly > +5%'
expect selector 2 'it selects nothing' "${compare[@]}" --fail-on 'latency{service=wbe} > +5%'
expect format 2 'no format "xml"' "${compare[@]}" --format xml
expect no-folder 3 'the folder cannot be made' "${compare[@]}" -o "$scratch/no/where/x.md" --format markdown
expect missing 2 'nothing.yaml' "$headroom" compare "$base" "$scratch/nothing.yaml"
expect candidate-set 0 'HorizontalPodAutoscaler/web: spec.minReplicas 2 -> 4' "$headroom" compare "$base" "$base" \
    --duration 1h --candidate-set HorizontalPodAutoscaler/web:spec.minReplicas=4
expect help 0 'cost.monthly' "$headroom" help gates
expect gate-fails 1 'FAILED     cost.monthly > 1' \
    "$headroom" run "$base" --duration 1h -o "$scratch/run.db" --gate 'cost.monthly > 1' --gate 'pending > 1h'
expect gate-holds 0 'passed     pending > 1h' \
    "$headroom" run "$base" --duration 1h -o "$scratch/run.db" --gate 'pending > 1h'
expect gate-change 2 'a change needs a BASE' \
    "$headroom" run "$base" --duration 1h -o "$scratch/none.db" --gate 'cost.monthly > +1%'
expect recorded 0 'What is different in the input' "$headroom" compare "$scratch/run.db" "$scratch/run.db"
expect lent 0 '5 replications' "$headroom" compare "$scratch/run.db" "$branch"
expect recorded-set 2 'a recorded run is as it is' \
    "$headroom" compare "$scratch/run.db" "$scratch/run.db" --set Deployment/web:spec.replicas=3

# Nobody wrote a Scenario, so none is a difference.
sed '1,/^---$/d' "$base" >"$scratch/bare.yaml"
expect no-scenario 0 'They say the same: one run serves both.' \
    "$headroom" compare "$scratch/bare.yaml" "$scratch/bare.yaml"

# Several formats at once; the files as other programs read them.
expect files 1 'Gates: 1 failed' "${compare[@]}" --fail-on 'cost.monthly > +5%' --fail-on 'success < 50%' \
    --format text,markdown,json,junit,csv -o "$scratch/made"
if awk -F, '{ gsub(/\./, "", $2) } $1 == "BASE" { sum = $2; next } $1 == "CANDIDATE" { good = sum == $2 && steps == 5 }
    NR > 1 { sum += $2; steps++ } END { exit !good }' "$scratch/made/bridge.csv"; then
    pass
else
    fail 'the steps of the bridge do not sum'
    cat "$scratch/made/bridge.csv"
fi
if [ "$(head -n 1 "$scratch/made/compare.md")" = '<!-- headroom-compare: quickstart -->' ]; then
    pass
else
    fail 'the marker of the comment'
fi
cat >"$scratch/read.py" <<'END'
import json, sys
import xml.etree.ElementTree as tree

suites = tree.parse(sys.argv[1]).getroot()
suite = suites.find("testsuite")
assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
cases = suite.findall("testcase")
assert [case.get("name") for case in cases] == ["cost.monthly > +5%", "success < 50%"]
assert cases[0].find("failure").get("message").startswith("failed: +") and cases[1].find("failure") is None
try:
    from junitparser import JUnitXml

    parsed = JUnitXml.fromfile(sys.argv[1])
    assert (parsed.tests, parsed.failures, parsed.skipped, parsed.errors) == (2, 1, 0, 0)
    assert [case.name for suite in parsed for case in suite] == ["cost.monthly > +5%", "success < 50%"]
except ImportError:
    print("skipped: junitparser: not installed")
compared = json.load(open(sys.argv[2]))
assert compared["format"] == "headroom-compare/1" and compared["fails"]
assert [gate["outcome"] for gate in compared["gates"]] == ["failed", "passed"]
END
if ! command -v python3 >/dev/null; then
    echo 'skipped: JUnit and JSON: no python3'
elif python3 "$scratch/read.py" "$scratch/made/junit.xml" "$scratch/made/compare.json"; then
    pass
else
    fail 'JUnit or JSON'
fi

# A comment is taken up to 65,536 bytes: one on 500 workloads that change is cut, and says so.
# platform MCPU: 500 workloads with that request.
platform() {
    cat <<'END'
{apiVersion: headroom/v1, kind: NodePool, metadata: {name: general},
 spec: {instance: m6i.4xlarge, region: aws/us-east-1, nodes: {min: 9, max: 40}}}
END
    for number in $(seq 500); do
        cat <<END
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: service-of-the-platform-team-$number}
spec:
  selector: {matchLabels: {app: "$number"}}
  template:
    metadata: {labels: {app: "$number"}}
    spec: {containers: [{name: app, image: x, resources: {requests: {cpu: $1, memory: 256Mi}}}]}
END
    done
}
platform 100m >"$scratch/many.yaml"
platform 150m >"$scratch/more.yaml"
many=("$headroom" compare "$scratch/many.yaml" "$scratch/more.yaml" --replications 2 --duration 1h)
"${many[@]}" --format markdown,json -o "$scratch/many" || fail 'many workloads: exit status'
size=$(wc -c <"$scratch/many/compare.md")
if [ "$size" -gt 50000 ] && [ "$size" -lt 60000 ] && grep -q 'Different in the input: 500' "$scratch/many/compare.md" &&
    grep -q 'more are not shown; the JSON has them all' "$scratch/many/compare.md"; then
    pass
else
    fail "many workloads: $size bytes"
fi

# left FOLDER: what is in it; nothing when there is none.
left() {
    [ ! -e "$1" ] || ls -A "$1"
}

# later SIGNAL SECONDS: sends it to $job that long after the program took the place of the shell, whose own traps would act;
# in place of SECONDS `busy`: when its workers have begun, however slow the machine is.
later() {
    while read -r name <"/proc/$job/comm" && [ "$name" != headroom ]; do sleep 0.01; done 2>/dev/null
    if [ "$2" = busy ]; then
        while grep -q '^Threads:[[:space:]]*1$' "/proc/$job/status"; do sleep 0.01; done 2>/dev/null
    else
        sleep "$2"
    fi
    kill -"$1" "$job" 2>/dev/null
    wait "$job" 2>/dev/null
}

# Interrupted wherever it is, it leaves all of its files or none, and says which by its exit status.
whole=$(left "$scratch/many")
for signal in INT TERM HUP; do
    for seconds in 0.01 0.05 0.1 0.15 0.2 0.3 0.4 busy; do
        rm -rf "$scratch/folder"
        "${many[@]}" --format markdown,json -o "$scratch/folder" >"$scratch/out" 2>"$scratch/err" &
        job=$!
        later "$signal" "$seconds"
        case $?,$(left "$scratch/folder") in
            130,)
                if grep -q interrupted "$scratch/err"; then pass; else fail "$signal after $seconds s: $(cat "$scratch/err")"; fi
                ;;
            "0,$whole") pass ;;
            # Before it has made ready for them, signals end it as they end any program.
            129, | 143,) pass ;;
            *) fail "$signal after $seconds s: $(left "$scratch/folder" | xargs)" ;;
        esac
    done
done
# A minute's work is interrupted for certain.
"$headroom" compare scenarios/bimride "$base" --candidate-inputs --replications 64 --format json -o "$scratch/x.json" \
    >"$scratch/out" 2>"$scratch/err" &
job=$!
later TERM busy
status=$?
if [ "$status" -eq 130 ] && [ ! -e "$scratch/x.json" ] && grep -q interrupted "$scratch/err"; then
    pass
else
    fail "interrupted: exit status $status"
fi

# Killed, it leaves no half of a file where a whole one is looked for.
for seconds in 0.05 0.1 0.15 0.2 0.25 0.3 0.35 0.4; do
    rm -rf "$scratch/folder"
    "${many[@]}" --format markdown,json -o "$scratch/folder" >"$scratch/out" 2>&1 &
    job=$!
    later KILL "$seconds"
    good=true
    for file in "$scratch/folder"/compare.*; do
        [ -e "$file" ] && ! cmp -s "$file" "$scratch/many/${file##*/}" && good=false
    done
    if $good; then pass; else fail "killed after $seconds s: half a file"; fi
done

# A full disk, for which a limit of the size of files stands: nothing is left, and old files stay as they were.
cp -R "$scratch/many" "$scratch/folder.old"
echo old >"$scratch/folder.old/compare.md"
for folder in folder.new folder.old; do
    expect "full disk: $folder" 3 'compare.json: cannot be written' \
        bash -c 'trap "" XFSZ && ulimit -f 90 && "$@"' bash "${many[@]}" --format markdown,json -o "$scratch/$folder"
done
if [ -z "$(left "$scratch/folder.new")" ] && [ "$(cat "$scratch/folder.old/compare.md")" = old ] &&
    [ "$(left "$scratch/folder.old")" = "$whole" ]; then
    pass
else
    fail "full disk: $(left "$scratch/folder.new" | xargs), $(left "$scratch/folder.old" | xargs)"
fi
if [ -w /dev/full ]; then
    expect 'full output' 3 'standard output' bash -c '"$@" >/dev/full' bash "${many[@]}"
fi

total
