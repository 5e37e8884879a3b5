#!/usr/bin/env bash
# headroom recommend as a planner uses it: files, patches that kubectl takes, what is left alone, what ends it.
. "$(dirname "$0")/../case.sh"

# recommend DIR ARGUMENT...: text goes to DIR.txt.
recommend() {
    local folder=$1
    shift
    "$headroom" recommend "$@" --quiet --replications 3 --runs 60 -o "$folder" >"$folder.txt"
}

# Without a word the interrupt ends it with status 130, and there is no file.
interrupted() {
    local status
    "$headroom" recommend scenarios/quickstart.yaml --duration 365d --quiet -o "$scratch/late" &
    sleep 1
    kill -INT $!
    wait $!
    status=$?
    [ "$status" -eq 130 ] && [ ! -e "$scratch/late" ]
}

# The part of the text that is the same wherever the files lie.
same_text() {
    diff <(sed "s|$1|DIR|" "$1.txt") <(sed "s|$2|DIR|" "$2.txt")
}

quick=scenarios/quickstart.yaml
check 'a recommendation' recommend "$scratch/one" $quick --workers 1
check 'on two workers' recommend "$scratch/two" $quick --workers 2
check 'the same bytes for any number of workers' diff -r "$scratch/one" "$scratch/two"
check 'the same text' same_text "$scratch/one" "$scratch/two"
recommend "$scratch/pipe" - <$quick
check 'from standard input' diff -r "$scratch/one" "$scratch/pipe"
# shellcheck disable=SC2002  # a pipe is what is tested
cat $quick | recommend "$scratch/cat" -
check 'from a pipe' diff -r "$scratch/one" "$scratch/cat"
header=namespace,kind,name,container,field,current,recommended,unit,monthly_saving_alone,monthly_saving_joint
header=$header,ci_low,ci_high,evidence,risk,reason,owner
check 'the columns' grep -qx "$header" "$scratch/one/recommendations.csv"
check 'it is proved' grep -q 'Proved\.' "$scratch/one.txt"
check 'with more demand' grep -q 'holds  more demand' "$scratch/one.txt"
check 'the lower bound is told' grep -q '^A lower bound: ' "$scratch/one.txt"
check 'the machines are a FILE' "$headroom" check $quick "$scratch/one/nodes.yaml"
check 'the commands are a shell script' sh -n "$scratch/one/kustomize/patch.sh"

recommend "$scratch/skip" $quick --set 'Deployment/web:metadata.annotations["headroom/skip"]="true"'
check 'an annotation leaves a workload alone' grep -q 'Deployment/web: annotation headroom/skip' "$scratch/skip.txt"
check 'also its autoscaler' test "$(grep -c web "$scratch/skip/recommendations.csv")" -eq 0
# Three times the load: what waits takes memory without an end. 30 % of the 8 GiB of a node are left to others.
recommend "$scratch/busy" $quick --set Demand/visitors:spec.rate=1200/s
asked=$(awk -F, '/requests.memory/ { print $7 }' "$scratch/busy/recommendations.csv")
check 'no pod asks for more memory than a machine has' test "${asked:-0}" -le 5760
check 'an interrupt' interrupted

if command -v kubectl >/dev/null 2>&1; then
    mkdir "$scratch/base" && cp $quick "$scratch/base/quickstart.yaml" && cp -r "$scratch/one/kustomize" "$scratch/base/"
    printf 'resources: [quickstart.yaml]\ncomponents: [kustomize]\n' >"$scratch/base/kustomization.yaml"
    check 'kustomize takes the patches' sh -c "kubectl kustomize $scratch/base >$scratch/built.yaml"
    wanted=$(awk -F, '/requests.memory/ { print $7 }' "$scratch/one/recommendations.csv")
    check 'what it makes has them' grep -q "memory: ${wanted}Mi" "$scratch/built.yaml"
    check 'and is a scenario' "$headroom" check "$scratch/built.yaml"
else
    echo 'skipped: patches with kustomize: no kubectl'
fi

total
