#!/usr/bin/env bash
# The scripts of reports/ci as CI jobs call them, against a stand-in for the servers of GitHub and GitLab.
. "$(dirname "$0")/../case.sh"
export HEADROOM=$headroom
server=
trap 'rm -rf "$scratch"; [ -n "$server" ] && kill "$server"' EXIT

# compare STATUS BASE CANDIDATE: runs the script into $scratch/made.
compare() {
    local wanted=$1 status
    shift
    rm -rf "$scratch/made"
    reports/ci/compare.sh "$@" "$scratch/made" >"$scratch/log" 2>&1
    status=$?
    check "compare: exit status $status, not $wanted" test "$status" -eq "$wanted"
    check 'compare: the status is kept' test "$(cat "$scratch/made/status")" -eq "$wanted"
}

sed 's/requests: {cpu: 500m/requests: {cpu: "1"/' scenarios/quickstart.yaml >"$scratch/branch.yaml"
export HEADROOM_OPTIONS='--replications 2 --duration 3h --quiet' GITHUB_STEP_SUMMARY=$scratch/summary.md
HEADROOM_GATES=$'# what a month may cost\n\n  cost.monthly > +5%\npending > 1h\n' compare 1 scenarios/quickstart.yaml "$scratch/branch.yaml"
check 'two gates' test "$(grep -c '<testcase' "$scratch/made/junit.xml")" -eq 2
check 'the step summary' cmp -s "$scratch/summary.md" "$scratch/made/compare.md"
HEADROOM_GATES='cost.monthly > +5%' HEADROOM_REPORT=true compare 0 "$scratch/not-there.yaml" "$scratch/branch.yaml"
check 'the report' test -s "$scratch/made/report/report.json" -a -s "$scratch/made/run.db"
rm "$scratch/summary.md"
HEADROOM_GATES='cost.monthyl > +5%' compare 2 scenarios/quickstart.yaml "$scratch/branch.yaml"
check 'a wrong gate is in the step summary' grep -q 'did you mean cost.monthly?' "$scratch/summary.md"

if ! command -v python3 >/dev/null || ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
    skip 'comments: no python3, jq or curl'
fi

# Keeps comments in a file; 150 of them are other people's, some of which begin with our marker.
cat >"$scratch/server.py" <<'END'
import json, re, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

MARKER = "<!-- headroom-compare: quickstart -->"
comments = [{"id": n, "body": MARKER if n % 50 == 0 else "hello", "user": {"login": "mallory"},
             "author": {"username": "mallory"}} for n in range(1, 151)]

class Server(BaseHTTPRequestHandler):
    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def serve(self):
        token = self.headers.get("Authorization", "") + self.headers.get("PRIVATE-TOKEN", "")
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        if self.path == "/user":
            return self.answer(*((200, {"username": "robot"}) if "glpat" in token else (403, {})))
        if self.command == "GET":
            page = int(re.search(r"&page=(\d+)", self.path).group(1))
            return self.answer(200, comments[100 * (page - 1):100 * page])
        if "reader" in token:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        name = "robot" if "glpat" in token else "github-actions[bot]"
        if self.command == "POST":
            comments.append({"id": 900 + len(comments), "user": {"login": name}, "author": {"username": name}, **body})
            return self.answer(201, {})
        number = int(self.path.rsplit("/", 1)[1])
        [comment] = [c for c in comments if c["id"] == number]
        comment["body"] = body["body"]
        return self.answer(200, {})

    do_GET = do_POST = do_PATCH = do_PUT = serve

    def log_message(self, *_):
        with open(sys.argv[1] + "/comments.json", "w") as file:
            json.dump(comments, file)

server = HTTPServer(("127.0.0.1", 0), Server)
with open(sys.argv[1] + "/port", "w") as file:
    print(server.server_port, file=file)
server.serve_forever()
END
python3 "$scratch/server.py" "$scratch" &
server=$!
for _ in $(seq 50); do
    [ -s "$scratch/port" ] && break
    sleep 0.1
done
here=http://127.0.0.1:$(cat "$scratch/port")

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

total
