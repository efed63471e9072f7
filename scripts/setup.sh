# shellcheck shell=sh
# Set-up, shared by start_app.sh and run_tests.sh: sourced by a POSIX shell that stands in the project's folder.
# Every step asks what is there, by content, and does only what is missing: a run after an interruption completes it.

VENV="$ROOT/.venv"
PY="$VENV/bin/python"
CACHE="$ROOT/cache_hub"

# cron gives next to no PATH, and a user's Python settings are not ours.
PATH="${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin"
export PATH PYTHONNOUSERSITE=1 PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

say() { printf "%s\n" "$@"; }
die() {
    printf '%s\n' "$@" >&2
    exit 1
}

make_folders() {
    for folder in "$CACHE" "$CACHE/run" "$CACHE/logs"; do
        probe="$folder/.probe.$$"
        reason=$({ mkdir -p "$folder" && echo probe >"$probe" && rm "$probe"; } 2>&1) && continue
        rm -f "$probe" 2>/dev/null
        cannot_write "$folder" "$reason"
    done
}

cannot_write() {
    case ${2:-} in
        *ermission* | *ead-only* | *irectory* | *xists*) ;;
        *) [ "$(free_kilobytes "$1")" != 0 ] || die "The disk is full: nothing can be written to $1." \
            "Free some space and run this again." ;;
    esac
    die "The folder $1 cannot be written${2:+: ${2##*: }}." "Give this user the right to write there and run this again."
}

free_kilobytes() { # of the disk that holds $1, or the nearest folder above it that exists
    place=$1
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    df -Pk "$place" 2>/dev/null | awk 'NR == 2 {print $4}'
}

no_python() {
    die "Python 3.11 or later is needed and was not found." \
        "Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv), or set INDEXTTS_PYTHON to one."
}

usable_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() { # sets PYTHON to a Python of 3.11 or later; 3.11 first, for which the pins were made
    for PYTHON in "${INDEXTTS_PYTHON:-python3.11}" python3.11 /usr/bin/python3.11 /usr/local/bin/python3.11 \
        python3.12 python3.13 python3.14 python3 /usr/bin/python3 /opt/homebrew/bin/python3; do
        if command -v "$PYTHON" >/dev/null 2>&1 && usable_python "$PYTHON"; then return 0; fi
    done
    return 1
}

any_python() { # sets PYTHON for what needs no packages
    PYTHON=$PY
    usable_python "$PY" || find_python || no_python
}

lock() { # one set-up or start at a time in this folder
    exec 8>"$CACHE/run/start.lock" || cannot_write "$CACHE/run"
    "$PYTHON" -m indextts.ops.instance lock 8 || exit 1
}

make_venv() {
    if usable_python "$PY" && "$PY" -c 'import pip._internal.cli.main' >/dev/null 2>&1; then return 0; fi
    find_python || no_python
    "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 || die \
        "$PYTHON has no venv module." "Install it (Debian, Ubuntu: apt install python3-venv) and run this again."
    say "Making .venv with $("$PYTHON" -V 2>&1) …"
    run_logged "$PYTHON" -m venv --clear "$VENV" || failed "The environment .venv could not be made."
}

install_packages() { # install_packages FILE…: what these requirements files pin, where it is not there already
    set -- requirements/pip.txt "$@"
    if are_there "$@"; then return 0; fi
    make_venv
    "$PY" -m indextts.ops.packages mend || exit 1
    for file in "$@"; do
        if are_there "$file"; then continue; fi
        case $file in
            requirements/pip.txt) say "Installing pip (once) …" ;;
            *) say "Installing the packages of $file (once, some minutes; cache_hub/logs/setup.log shows how far it is) …" ;;
        esac
        base=""
        case $file in requirements/pip.txt | requirements.txt) ;; *) base=requirements.txt ;; esac
        run_logged "$PY" -m indextts.ops.pip_commands install $base "$file" \
            || failed "The packages of $file could not be installed."
        "$PY" -m indextts.ops.trimming >>"$CACHE/logs/setup.log" || exit 1
        run_logged "$PY" -m indextts.ops.packages mark "$file" || failed "pip finished, and packages of $file are still missing."
    done
    "$PY" -m indextts.ops.pip_commands advise
}

are_there() { [ -x "$PY" ] && "$PY" -m indextts.ops.packages check "$@" 2>/dev/null; }

build_voice() { "$PY" -m indextts.ops.warm ${1:+--config "$1"} ${WITHOUT_NATURAL:+--without-natural} || exit 1; }

run_logged() { "$@" >"$CACHE/logs/setup.log" 2>&1; }

failed() { # says why, from the log of the step that failed
    log="$CACHE/logs/setup.log"
    if grep -qi 'no space left' "$log"; then set -- "$1" "The disk is full: free some space and run this again."
    elif grep -q 'DO NOT MATCH THE HASHES' "$log"; then
        set -- "$1" "A file is not the one that was named: something between here and its source has changed it. It was not installed."
    elif grep -qiE 'temporary failure in name|connection|timed out|no matching distribution' "$log"; then
        set -- "$1" "Is the internet reachable from here? What is done is kept: run this again."
    else set -- "$1" "What is done is kept: run this again."; fi
    say "The last lines of $log:" >&2
    tail -n 20 "$log" | sed 's/^/  /' >&2
    die "$@"
}

set_up() { # set_up CONFIG FILE…: packages, voice, caches. The lock stays until the caller closes descriptor 8.
    config=$1
    shift
    make_folders
    any_python
    lock
    install_packages "$@"
    build_voice "$config"
}
