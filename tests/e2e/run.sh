#!/usr/bin/env bash
# The program as a user runs it. Every tests/e2e/bad/NAME.txt is what `headroom check` must say of NAME.yaml, NAME.json or
# the folder NAME, with the arguments that NAME.args has a line each: exactly, on standard error, with exit status 2.
. "$(dirname "$0")/../case.sh"

bad_input() {
    local name=$1 input=tests/e2e/bad/$1 arguments=()
    for end in .yaml .json; do
        [ -f "$input$end" ] && input=$input$end
    done
    [ -f "tests/e2e/bad/$name.args" ] && mapfile -t arguments <"tests/e2e/bad/$name.args"
    exits "bad/$name" 2 "$headroom" check "$input" "${arguments[@]}" || return
    if [ -s "$scratch/out" ]; then
        fail "bad/$name: something on standard output"
    elif ! diff -u "tests/e2e/bad/$name.txt" "$scratch/err"; then
        fail "bad/$name: another message"
    else
        pass
    fi
}

# What other programs print is read as it is: tests/e2e/printed/NAME.txt is all that check says of NAME.yaml or NAME.json.
printed() {
    local text=$1 input
    for input in "${text%.txt}".{yaml,json}; do
        [ -f "$input" ] || continue
        exits "$input" 0 "$headroom" check "$input" || return
        if cat "$scratch/err" "$scratch/out" | diff -u "$text" -; then pass; else fail "$input"; fi
    done
}

# usage NAME MESSAGE ARGUMENT...: a wrong command line, and its one line.
usage() {
    local name=$1 message=$2
    shift 2
    exits "usage/$name" 2 "$headroom" "$@" || return
    if [ "$(cat "$scratch/err")" = "$message" ]; then
        pass
    else
        fail "usage/$name: another message"
    fi
}

# says NAME TEXT COMMAND...: exit status 0, and TEXT in what goes to standard output.
says() {
    local name=$1 text=$2
    shift 2
    exits "$name" 0 "$@" || return
    if grep -qF -- "$text" "$scratch/out"; then
        pass
    else
        fail "$name: no \"$text\""
        cat "$scratch/out"
    fi
}

# refused NAME STATUS TEXT FILE COMMAND...: TEXT is in the one line that the command says, and there is no FILE.
refused() {
    local name=$1 status=$2 text=$3 file=$4
    shift 4
    exits "$name" "$status" "$@" || return
    if [ -e "$file" ] || [ -n "$(ls -A "$scratch/run")" ]; then
        fail "$name: something is left: $file $(ls -A "$scratch/run")"
    elif [ "$(wc -l <"$scratch/err")" -ne 1 ] || ! grep -qF -- "$text" "$scratch/err"; then
        fail "$name: $(cat "$scratch/err")"
    else
        pass
    fi
}

# A file size limit stands for a full disk: both refuse a write.
on_a_full_disk() {
    (trap '' XFSZ && ulimit -f 8 && "$@")
}

# Interrupts the command after some seconds.
interrupted() {
    local seconds=$1 pid
    shift
    "$@" &
    pid=$!
    sleep "$seconds"
    kill -INT "$pid"
    wait "$pid"
}

for text in tests/e2e/bad/*.txt; do
    bad_input "$(basename "$text" .txt)"
done

for text in tests/e2e/printed/*.txt; do
    printed "$text"
done

usage command 'headroom: no command chekc (did you mean check?)' chekc
usage option 'headroom check: unknown option --sed (did you mean --set?)' check --sed 1 x.yaml
usage value 'headroom check: --set needs a value (write --set PATH=VALUE)' check x.yaml --set
usage twice 'headroom check: --seed is given twice (keep one)' check --seed 1 --seed=2 x.yaml
usage few 'headroom check: too few arguments (usage: headroom check FILE...)' check
usage flag 'headroom check: --quiet takes no value (leave =1 out)' check --quiet=1 x.yaml
usage topic 'headroom help: nothing is called Demnad (did you mean Demand?)' help Demnad
says version 'headroom ' "$headroom" --version
says help 'usage: headroom COMMAND' "$headroom"
says help-command '--replications N' "$headroom" help check
says help-kind 'default 30m' "$headroom" help Demand
says good '1 Scenario, 1 Demand' "$headroom" check tests/e2e/good
says standard-input '1 Namespace' "$headroom" check - <<'END'
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}]}
END
says overlay '3d from' "$headroom" check tests/e2e/good tests/e2e/good/overlay/short.yaml
says set-beats-file '2d from' "$headroom" check tests/e2e/good --set Scenario/concert:spec.duration=2d
says option-beats-set '6h from' "$headroom" check tests/e2e/good --set Scenario/concert:spec.duration=2d --duration 6h

says effective 'Scenario/concert:spec.seed=5  # --seed 5' "$headroom" check tests/e2e/good --effective --seed 5

mkdir "$scratch/run"
quick=(scenarios/quickstart.yaml --replications 1 --quiet)
refused no-folder 3 'no/x.db: cannot be written' "$scratch/no" "$headroom" run "${quick[@]}" -o "$scratch/no/x.db"
refused full-disk 3 'x.db: cannot be written' "$scratch/run/x.db" \
    on_a_full_disk "$headroom" run "${quick[@]}" -o "$scratch/run/x.db"
refused wrong-input 2 'rate' "$scratch/run/x.db" \
    "$headroom" run "${quick[@]}" --set Demand/visitors:spec.rate=often -o "$scratch/run/x.db"
refused control-c 130 'interrupted' "$scratch/run/x.db" \
    interrupted 0.5 "$headroom" run scenarios/bimride --duration 365d --quiet -o "$scratch/run/x.db"
refused no-run 2 'x.db: cannot be read' "$scratch/run/x.db" "$headroom" report "$scratch/run/x.db"
refused no-database 2 'not a recorded run' "$scratch/run/x" "$headroom" report scenarios/quickstart.yaml
"$headroom" run "${quick[@]}" -o "$scratch/quick.db" >"$scratch/log" 2>&1 || cat "$scratch/log"
says report-text 'Of the requested cost, the use is measured for' "$headroom" report "$scratch/quick.db"
says report-files 'page/report.json' "$headroom" report "$scratch/quick.db" -o "$scratch/page"
says explain-workload 'Last evaluation of HorizontalPodAutoscaler/web' \
    "$headroom" explain "$scratch/quick.db" Deployment/web --at 12h
says explain-json '"format":"headroom-explain/1"' \
    "$headroom" explain "$scratch/quick.db" web --at 2026-05-04T12:00:00Z --format json
# What nobody wrote, a Scenario for the sake of an option, is read again as well.
sed '1,/^---$/d' scenarios/quickstart.yaml | "$headroom" run - --duration 3h --replications 1 --quiet -o "$scratch/bare.db" >/dev/null
says explain-bare 'Last evaluation of HorizontalPodAutoscaler/web' "$headroom" explain "$scratch/bare.db" web --at 90m
says explain-decisions 'says why' "$headroom" explain "$scratch/quick.db"
refused explain-object 2 'did you mean web?' "$scratch/run/x" "$headroom" explain "$scratch/quick.db" deploy/wbe
refused explain-time 2 'is not within the run' "$scratch/run/x" "$headroom" explain "$scratch/quick.db" web --at 3d
refused explain-no-run 2 'not a recorded run' "$scratch/run/x" "$headroom" explain scenarios/quickstart.yaml web
says scheduler-profile 'the scheduler batch, for which pods wait' "$headroom" check - <<'END'
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles: [{schedulerName: packer}, {schedulerName: default-scheduler}]
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {schedulerName: batch, containers: [{name: a, image: b}]}
END
refused report-format 2 'no format "pdf" (text, html, json' "$scratch/run/report.pdf" \
    "$headroom" report "$scratch/quick.db" --format html,pdf -o "$scratch/run"
refused report-no-folder 3 'the folder cannot be made' "$scratch/no" \
    "$headroom" report "$scratch/quick.db" --format json -o "$scratch/no/page"
refused report-full-disk 3 'report.json: cannot be written' "$scratch/run/report.json" \
    on_a_full_disk "$headroom" report "$scratch/quick.db" --format json -o "$scratch/run"
refused report-no-gnuplot 3 'gnuplot is not installed' "$scratch/run/report.html" \
    env PATH=/nonexistent "$headroom" report "$scratch/quick.db" -o "$scratch/run"
if [ -w /dev/full ]; then
    exits full-output 3 sh -c "\"\$@\" >/dev/full" sh "$headroom" run "${quick[@]}" -o "$scratch/full.db" && pass
fi

if [ -d ../shared/data/manifests ]; then
    for file in ../shared/data/manifests/*; do
        says "$file" '0 errors' "$headroom" check "$file"
    done
    says online-boutique 'frontend' "$headroom" run ../shared/data/manifests/online-boutique.yaml \
        tests/e2e/boutique.yaml -o "$scratch/boutique.db" --duration 1d --replications 1 --quiet
else
    echo "skipped: manifests of others: no ../shared/data/manifests"
fi

total
