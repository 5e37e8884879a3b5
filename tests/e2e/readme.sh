#!/usr/bin/env bash
# The README is true: a command that stands there behind `$ ` prints what stands below it (blanks at the ends of lines
# apart), one after the other in one folder that holds what a clone holds. A block of YAML whose first line is
# `# NAME.yaml` is a file of that name there; manifests/ holds the Deployment and the HPA of the quick start.
# UPDATE=1 writes the README anew, with what the commands print.
. "$(dirname "$0")/../case.sh"
PATH=$build:$PATH
export PATH
work=$scratch/work
mkdir -p "$work/manifests"
ln -s "$PWD"/{README.md,data,reports,scenarios} "$work"
awk 'BEGIN { RS = "---\n" } /kind: (Deployment|HorizontalPodAutoscaler)\n/ { printf "%s---\n", $0 }' \
    scenarios/quickstart.yaml >"$work/manifests/shop.yaml"
commands=0
status=0
line=
more=true

next() {
    IFS= read -r line <&3 || more=false
}

yaml_block() {
    local file=/dev/null
    echo "$line" && next
    [[ $line =~ ^#\ ([a-z/-]+\.yaml) ]] && file=$work/${BASH_REMATCH[1]}
    while $more && [[ $line != '```' ]]; do
        echo "$line" | tee -a "$file"
        next
    done
}

# Runs it where the last one ran, with its exit status in $?.
run() {
    (
        set +u
        cd "$work" || exit
        (exit "$status")
        eval "$1"
    ) </dev/null 2>&1
}

# A command, which goes on behind a line that ends in \, and what it prints in place of what stood there.
command_block() {
    local command=${line#    \$ } blanks=0 output
    echo "$line"
    while [[ $line == *\\ ]] && next; do
        echo "$line"
        command+=$'\n'$line
    done
    next
    while $more && [[ $line != '    $ '* && (-z $line || $line == '    '*) ]]; do
        if [ -z "$line" ]; then blanks=$((blanks + 1)); else blanks=0; fi
        next
    done
    output=$(run "$command")
    status=$?
    commands=$((commands + 1))
    [ -n "$output" ] && sed -e 's/[[:blank:]]*$//' -e 's/^./    &/' <<<"$output"
    for (( ; blanks > 0; blanks--)); do echo; done
}

page() {
    exec 3<README.md
    next
    while $more; do
        case $line in
            '    $ '*) command_block ;;
            *)
                [ "$line" = '```yaml' ] && yaml_block
                echo "$line"
                next
                ;;
        esac
    done
}

page >"$scratch/README.md"
if [ -n "${UPDATE:-}" ]; then
    cp "$scratch/README.md" README.md
fi
if [ "$commands" -gt 0 ] && diff -u README.md "$scratch/README.md"; then
    passed=$commands
else
    fail 'the README does not say what its commands print (UPDATE=1 tests/e2e/readme.sh writes it anew)'
fi
# What it says of the quick start.
check 'scenarios/quickstart.yaml is the scenario of the README' \
    run 'headroom run capacity.yaml -o one.db | sed -e s/^shop:/quickstart:/ -e s/one.db/two.db/ >one
        headroom run scenarios/quickstart.yaml -o two.db >two
        diff one two'
total
