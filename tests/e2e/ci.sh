#!/usr/bin/env bash
# The scripts of reports/ci as CI jobs call them, and the steps of the action and the template one by one, against a stand-in
# for the servers of GitHub and GitLab.
. "$(dirname "$0")/../case.sh"
# A build of another folder than build/ does not find its data by itself.
export HEADROOM=$headroom HEADROOM_DATA=$PWD/data
root=$PWD
server=
trap 'rm -rf "$scratch"; [ -n "$server" ] && kill "$server"' EXIT

# ended STATUS WANTED: else the log is shown.
ended() {
    [ "$1" -eq "$2" ] || ! cat "$scratch/log"
}

# compare STATUS BASE CANDIDATE: runs the script into $scratch/made.
compare() {
    local wanted=$1 status
    shift
    rm -rf "$scratch/made"
    reports/ci/compare.sh "$@" "$scratch/made" >"$scratch/log" 2>&1
    status=$?
    check "compare: exit status $status, not $wanted" ended "$status" "$wanted"
    check 'compare: the status is kept' test "$(cat "$scratch/made/status")" -eq "$wanted"
}

sed 's/requests: {cpu: 500m/requests: {cpu: "1"/' scenarios/quickstart.yaml >"$scratch/branch.yaml"
export HEADROOM_OPTIONS='--replications 2 --duration 3h --quiet' GITHUB_STEP_SUMMARY=$scratch/summary.md
HEADROOM_GATES=$'# what a month may cost\n\n  cost.monthly > +5%\npending > 1h\n' compare 1 scenarios/quickstart.yaml "$scratch/branch.yaml"
check 'two gates' test "$(grep -c '<testcase' "$scratch/made/junit.xml")" -eq 2
check 'the step summary' cmp -s "$scratch/summary.md" "$scratch/made/comment.md"
check 'the comment is the Markdown' cmp -s <(tail -n +2 "$scratch/made/comment.md") <(tail -n +2 "$scratch/made/compare.md")
check 'its marker is the file' grep -qxF "<!-- headroom-compare: $scratch/branch.yaml -->" <(head -n 1 "$scratch/made/comment.md")
HEADROOM_GATES='cost.monthly > +5%' HEADROOM_REPORT=true compare 0 "$scratch/not-there.yaml" "$scratch/branch.yaml"
check 'the report' test -s "$scratch/made/report/report.json" -a -s "$scratch/made/run.db"
rm "$scratch/summary.md"
HEADROOM_GATES='cost.monthyl > +5%' compare 2 scenarios/quickstart.yaml "$scratch/branch.yaml"
check 'a wrong gate is in the step summary' grep -q 'did you mean cost.monthly?' "$scratch/summary.md"

if ! command -v python3 >/dev/null || ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    skip 'comments: no python3, jq or curl'
fi

# serve: a new one, whose comments are those of others.
serve() {
    python3 tests/e2e/ci/server.py "$scratch" &
    server=$!
    for _ in $(seq 50); do
        [ -s "$scratch/port" ] && break
        sleep 0.1
    done
    here=http://127.0.0.1:$(cat "$scratch/port")
}

serve

# github TOKEN, gitlab TOKEN: writes $scratch/comment.md.
github() {
    GITHUB_API_URL=$here GITHUB_TOKEN=$1 GITHUB_REPOSITORY=o/r HEADROOM_PULL=${2:-7} \
        reports/ci/comment.sh github "$scratch/comment.md" >"$scratch/log" 2>&1
}

gitlab() {
    CI_API_V4_URL=$here HEADROOM_GITLAB_TOKEN=$1 CI_PROJECT_ID=3 CI_MERGE_REQUEST_IID=7 \
        reports/ci/comment.sh gitlab "$scratch/comment.md" >"$scratch/log" 2>&1
}

# ours NAME: the comments of that user, their bodies as lines of JSON; comes after the server has written them down.
ours() {
    sleep 0.2
    jq -c --arg name "$1" '.[] | select(.user.login == $name) | .body' "$scratch/comments.json"
}

write() {
    # shellcheck disable=SC2016  # $x is to stand there
    printf '<!-- headroom-compare: quickstart -->\n### "%s" \\ $x & <b>\n' "$1" >"$scratch/comment.md"
}

same() {
    test "$(ours "$1")" = "$(jq -Rsc . "$scratch/comment.md")"
}

write first
check 'github: made' github ghs
check 'github: as it is written' same 'github-actions[bot]'
write second
check 'github: written anew' github ghs
check 'github: still one' same 'github-actions[bot]'
check 'gitlab: made' gitlab glpat
write third
check 'gitlab: written anew' gitlab glpat
check 'gitlab: still one' same robot
check 'a token that may only read' github reader
check 'a token that may only read: says so' grep -q 'no comment was written: the token may not change it' "$scratch/log"
check 'no token' github ''
check 'others are left alone' test "$(ours mallory | grep -c hello)" -eq 147

# ---- the action and the template, step by step ----

if ! command -v git >/dev/null || ! python3 -c 'import yaml' 2>/dev/null; then
    skip 'the steps of the action and of the template: no git, or no PyYAML'
fi
kill "$server"
wait "$server" 2>/dev/null
rm "$scratch/port" "$scratch/comments.json"
serve

# A repository with a scenario on its main branch, and a branch that asks for more.
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example
origin=$scratch/origin
git init -q -b main "$origin"
mkdir "$origin/capacity"

# commit BRANCH FILE: the branch has that file as its scenario.
commit() {
    git -C "$origin" checkout -q -B "$1" && cp "$2" "$origin/capacity/scenario.yaml" &&
        git -C "$origin" add -A && git -C "$origin" commit -q --allow-empty -m "$2"
}

commit main scenarios/quickstart.yaml
base=$(git -C "$origin" rev-parse main)
commit branch "$scratch/branch.yaml"

# checkout: what the runner has before the steps begin.
checkout() {
    rm -rf "$scratch"/{workspace,artifacts,temp,summary.md}
    mkdir "$scratch"/{artifacts,temp}
    git clone -q --depth 1 --branch branch "file://$origin" "$scratch/workspace"
}

gates=$'cost.monthly > +5%\npending > 1h'

# action STATUS TOKEN BASE [INPUT=VALUE...]: the action's steps.
action() {
    local wanted=$1 token=$2 sha=$3 status
    shift 3
    checkout
    jq -n --arg token "$token" --arg sha "$sha" \
        '{token: $token, event: {pull_request: {number: 7, base: {sha: $sha}}}}' >"$scratch/event.json"
    (
        cd "$scratch/workspace" || exit 9
        PATH=$(dirname "$HEADROOM"):$PATH GITHUB_API_URL=$here GITHUB_REPOSITORY=o/r RUNNER_TEMP=$scratch/temp \
            GITHUB_STEP_SUMMARY=$scratch/summary.md ARTIFACTS=$scratch/artifacts \
            env -u HEADROOM -u HEADROOM_OPTIONS python3 "$root/tests/e2e/ci/runner.py" github "$root/reports/ci/action.yml" "$scratch/event.json" \
            scenario=capacity/scenario.yaml "gates=$gates" 'options=--replications 2 --duration 3h --quiet' "$@"
    ) >"$scratch/log" 2>&1
    status=$?
    check "action: exit status $status, not $wanted" ended "$status" "$wanted"
}

# job STATUS TOKEN: the template's script.
job() {
    local wanted=$1 status
    checkout
    (
        cd "$scratch/workspace" || exit 9
        unset GITHUB_STEP_SUMMARY
        CI_API_V4_URL=$here CI_PROJECT_ID=3 CI_MERGE_REQUEST_IID=7 HEADROOM_GITLAB_TOKEN=$2 ARTIFACTS=$scratch/artifacts \
            CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_DIFF_BASE_SHA=$base CI_REGISTRY_IMAGE=registry.example \
            python3 "$root/tests/e2e/ci/runner.py" gitlab "$root/reports/ci/gitlab.yml" .headroom \
            HEADROOM_SCENARIO=capacity/scenario.yaml "HEADROOM_GATES=$gates" "HEADROOM_OPTIONS=$HEADROOM_OPTIONS"
    ) >"$scratch/log" 2>&1
    status=$?
    check "job: exit status $status, not $wanted" ended "$status" "$wanted"
}

# comments NAME COUNT TEXT: that user has so many, and the last says so.
comments() {
    check "$1: $2 comments" test "$(ours "$1" | wc -l)" -eq "$2"
    check "$1: $3" grep -qF -- "$3" <(ours "$1" | tail -n 1)
}

robot='github-actions[bot]'
action 1 ghs "$base"
comments "$robot" 1 '1 of 2 gates fails'
check 'action: the step summary' grep -q '1 of 2 gates fails' "$scratch/summary.md"
check 'action: the report is kept' test -s "$scratch/artifacts/headroom/report/report.json" -a -s "$scratch/artifacts/headroom/run.db"
check 'action: the page is kept' test -s "$scratch/artifacts/headroom/compare.html"
check 'action: the test report is kept' grep -q 'failures="1"' "$scratch/artifacts/headroom/junit.xml"
check 'action: no work tree is left' test ! -e "$scratch/temp/headroom-base"
action 1 reader "$base"
check 'action: a fork has the step summary' grep -q '1 of 2 gates fails' "$scratch/summary.md"
check 'action: and is told' grep -q 'no comment was written' "$scratch/log"
action 0 ghs 0000000000000000000000000000000000000000
comments "$robot" 1 'gates hold'
action 0 ghs "$base" "gates=cost.monthly > +90%" report=false artifact=other
comments "$robot" 1 'gate holds'
check 'action: no report was asked for' test -e "$scratch/artifacts/other/junit.xml" -a ! -e "$scratch/artifacts/other/report"
sed 's/m6i.large/m6i.lagre/' scenarios/quickstart.yaml >"$scratch/wrong.yaml"
commit branch "$scratch/wrong.yaml"
action 2 ghs "$base"
comments "$robot" 1 'm6i.lagre'

# A tarball by its sum, and not by another's.
mkdir -p "$scratch"/pack/headroom/{bin,share/headroom}
cp "$HEADROOM" "$scratch/pack/headroom/bin/headroom"
cp -R data "$scratch/pack/headroom/share/headroom"
tar -czf "$scratch/pack.tar.gz" -C "$scratch/pack" headroom
sum=$(sha256sum "$scratch/pack.tar.gz")
commit branch "$scratch/branch.yaml"
action 1 ghs "$base" "url=file://$scratch/pack.tar.gz" "sha256=${sum%% *}"
comments "$robot" 1 '1 of 2 gates fails'
action 3 ghs "$base" "url=file://$scratch/pack.tar.gz" "sha256=${sum:0:63}x"

job 1 glpat
comments robot 1 '1 of 2 gates fails'
check 'job: the test report is kept' grep -q 'failures="1"' "$scratch/artifacts/junit-report.xml"
check 'job: the report is kept' test -s "$scratch/artifacts/headroom-out/report/report.json"
job 1 ''
check 'job: without a token it says so' grep -q 'no comment was written' "$scratch/log"
commit branch "$scratch/wrong.yaml"
job 2 glpat
comments robot 1 'm6i.lagre'
commit branch scenarios/quickstart.yaml
job 0 glpat
comments robot 1 'gates hold'
total
