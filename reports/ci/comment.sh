#!/usr/bin/env bash
# Keeps one comment of a merge request up to date: the one that begins with the marker in the first line of FILE and is
# our own is written anew; without one it is made. Where no comment can be written (a fork's token may only read), it
# says so and ends well: the job's result is the exit status of the comparison.
#
#     reports/ci/comment.sh github FILE     GITHUB_TOKEN, GITHUB_REPOSITORY, HEADROOM_PULL (its number)
#     reports/ci/comment.sh gitlab FILE     HEADROOM_GITLAB_TOKEN (scope api), CI_PROJECT_ID, CI_MERGE_REQUEST_IID
set -uo pipefail
host=$1
file=$2
marker=$(head -n 1 "$file")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cannot() {
    echo "headroom: no comment was written: $1"
    exit 0
}

# The token goes through a file: a command line can be read by others.
case $host in
    github)
        if [ -z "${GITHUB_TOKEN:-}" ] || [ -z "${HEADROOM_PULL:-}" ]; then
            cannot 'no token, or no pull request'
        fi
        api=${GITHUB_API_URL:-https://api.github.com}
        printf 'header = "Authorization: Bearer %s"\nheader = "Accept: application/vnd.github+json"\n' \
            "$GITHUB_TOKEN" >"$scratch/curl"
        list=$api/repos/$GITHUB_REPOSITORY/issues/$HEADROOM_PULL/comments
        ;;
    gitlab)
        if [ -z "${HEADROOM_GITLAB_TOKEN:-}" ] || [ -z "${CI_MERGE_REQUEST_IID:-}" ]; then
            cannot 'no token, or no merge request'
        fi
        api=${CI_API_V4_URL:-https://gitlab.com/api/v4}
        printf 'header = "PRIVATE-TOKEN: %s"\n' "$HEADROOM_GITLAB_TOKEN" >"$scratch/curl"
        list=$api/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
        ;;
    *)
        echo "headroom: comment.sh github|gitlab FILE" >&2
        exit 2
        ;;
esac

# call METHOD URL: the answer on standard output; false when it is an error.
call() {
    curl -fsS --retry 2 --max-time 60 -K "$scratch/curl" -X "$1" "${@:3}" "$2"
}

# Who we are: a comment of somebody else's is never touched, whatever it begins with. GitHub's own token has no user.
whoami() {
    call GET "$api/user" 2>/dev/null | jq -er '.login // .username' 2>/dev/null || echo 'github-actions[bot]'
}

# The number of our comment; nothing when there is none.
find_comment() {
    local page=1 count=100 me
    me=$(whoami)
    while [ "$count" -eq 100 ]; do
        call GET "$list?per_page=100&page=$page" >"$scratch/page" || return 1
        jq -r --arg marker "$marker" --arg me "$me" \
            '.[] | select((.body // "" | startswith($marker)) and (.user.login // .author.username) == $me) | .id' \
            "$scratch/page" | head -n 1 >"$scratch/id"
        [ -s "$scratch/id" ] && break
        count=$(jq length "$scratch/page")
        page=$((page + 1))
    done
    cat "$scratch/id"
}

id=$(find_comment) || cannot 'the comments cannot be read'
jq -Rs '{body: .}' "$file" >"$scratch/body"
send=(-H 'Content-Type: application/json' --data-binary "@$scratch/body" -o /dev/null)
if [ -z "$id" ]; then
    call POST "$list" "${send[@]}" || cannot 'the token may not write one'
    echo 'headroom: a comment was written'
elif [ "$host" = github ]; then
    call PATCH "$api/repos/$GITHUB_REPOSITORY/issues/comments/$id" "${send[@]}" || cannot 'the token may not change it'
    echo 'headroom: the comment was written anew'
else
    call PUT "$list/$id" "${send[@]}" || cannot 'the token may not change it'
    echo 'headroom: the comment was written anew'
fi
