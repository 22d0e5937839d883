"""Scripts that let a shell complete the commands and options of build.py.

Click answers what may follow (its "shell completion"); the scripts ask it, for `./build.py …` and, since that
is how it is called, for `python3 build.py …` too. They use the Python of .venv where there is one; build.py
sets nothing up when it is asked so.
"""

from __future__ import annotations

_BASH = r"""
_follow_up_ask() {
    # What may follow the words $2…, as click says it; $1 is build.py.
    local python="$(dirname -- "$1")/.venv/bin/python"
    [[ -x $python ]] || python=python3
    COMP_WORDS="${*:2}" COMP_CWORD=$(($# - 2)) _BUILD_PY_COMPLETE=bash_complete "$python" "$1" 2>/dev/null
}
_follow_up() {
    local first=0 kind value
    [[ ${COMP_WORDS[0]##*/} == python* ]] && first=1
    if [[ ${COMP_WORDS[first]##*/} != build.py || $COMP_CWORD -le $first ]]; then
        return
    fi
    local script=${COMP_WORDS[first]/#\~/$HOME}
    COMPREPLY=()
    while IFS=, read -r kind value; do
        [[ $kind == plain ]] && COMPREPLY+=("$value")
    done < <(_follow_up_ask "$script" "${COMP_WORDS[@]:first:COMP_CWORD-first+1}")
}
complete -o bashdefault -o default -F _follow_up build.py ./build.py python3 python
"""

_ZSH = r"""
_follow_up() {
    local first=1 python
    [[ ${words[1]:t} == python* ]] && first=2
    if [[ ${words[first]:t} != build.py || $CURRENT -le $first ]]; then
        _default
        return
    fi
    python=${words[first]:h}/.venv/bin/python
    [[ -x $python ]] || python=python3
    local -a found plain
    found=("${(@f)$(COMP_WORDS="${words[first,CURRENT]}" COMP_CWORD=$((CURRENT - first)) \
        _BUILD_PY_COMPLETE=zsh_complete $python ${words[first]} 2>/dev/null)}")
    local kind value help
    for kind value help in "${found[@]}"; do
        [[ $kind == plain ]] && plain+=("${value}:${help}")
    done
    (( ${#plain} )) && _describe -V 'build.py' plain || _default
}
compdef _follow_up build.py python3 python
"""

_FISH = r"""
function __follow_up_words
    set -l words (commandline -opc) (commandline -ct)
    string match -q 'python*' (basename $words[1]); and set -e words[1]
    test (basename -- "$words[1]") = build.py; and printf '%s\n' $words
end
function __follow_up
    set -l words (__follow_up_words); or return
    set -l python (dirname $words[1])/.venv/bin/python
    test -x $python; or set python python3
    set -lx COMP_WORDS "$words"
    set -lx COMP_CWORD "$words[-1]"
    set -lx _BUILD_PY_COMPLETE fish_complete
    for found in ($python $words[1] 2>/dev/null)
        set -l parts (string split -m 1 ',' -- $found)
        test "$parts[1]" = plain; and echo $parts[2]
    end
end
for name in build.py ./build.py python3 python
    complete -c $name -n '__follow_up_words >/dev/null' -f -a '(__follow_up)'
end
"""

SCRIPTS = {"bash": _BASH.lstrip(), "zsh": _ZSH.lstrip(), "fish": _FISH.lstrip()}
"""The script of each shell; who wants it reads it in when their shell starts."""

SHELLS = tuple(SCRIPTS)
