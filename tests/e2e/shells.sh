#!/usr/bin/env bash
# What the program makes of its own tables for others: completion in three shells, the manual page.
. "$(dirname "$0")/../case.sh"

# equal NAME WANTED GOT
equal() {
    if [ "$2" = "$3" ]; then pass; else fail "$1: \"$3\", not \"$2\""; fi
}

# What bash offers for the last of the words.
bash_offers() {
    bash -c 'eval "$("$1" completion bash)" && shift && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) && _headroom &&
        echo "${COMPREPLY[@]}"' bash "$headroom" "$@"
}

fish_offers() {
    fish -c "$headroom completion fish | source; complete -C '$1'" | cut -f1 | tr '\n' ' '
}

# What zsh would do with the options of a command: the specifications that it gives to _arguments.
zsh_loads() {
    zsh -fc 'autoload -Uz compinit && compinit -u -D && source <("$1" completion zsh) && print $_comps[headroom]' \
        zsh "$headroom"
}

equal bash-command 'check' "$(bash_offers headroom che)"
equal bash-option '--seed --set' "$(bash_offers headroom check --se | tr ' ' '\n' | LC_ALL=C sort | xargs)"
equal bash-kind 'ServiceModel' "$(bash_offers headroom help Serv)"
equal bash-file '' "$(bash_offers headroom run scen)"
equal bash-shell 'fish' "$(bash_offers headroom completion f)"
if command -v fish >/dev/null; then
    equal fish-command 'check ' "$(fish_offers 'headroom che')"
    equal fish-option '--seed --set ' "$(fish_offers 'headroom check --se')"
    equal fish-kind 'ServiceModel ' "$(fish_offers 'headroom help Serv')"
else
    echo 'skipped: completion in fish: no fish'
fi
if command -v zsh >/dev/null; then
    equal zsh '_headroom' "$(zsh_loads)"
else
    echo 'skipped: completion in zsh: no zsh'
fi

"$headroom" help --man >"$scratch/headroom.1"
for word in NAME SYNOPSIS COMMANDS SCENARIOS 'EXIT STATUS' EXAMPLES; do
    equal "man $word" 1 "$(grep -c "^\.SH $word$" "$scratch/headroom.1")"
done
if command -v groff >/dev/null; then
    equal man-warnings '' "$(groff -man -ww -Tutf8 "$scratch/headroom.1" 2>&1 >/dev/null)"
else
    echo 'skipped: the manual page in groff: no groff'
fi

"$headroom" completion tcsh >"$scratch/out" 2>"$scratch/err"
equal unknown-shell 2 $?
equal unknown-shell 'headroom completion: no shell tcsh (write bash, zsh or fish)' "$(cat "$scratch/err")"

total
