#!/bin/sh
# Prints the command of a Python that can make the virtual environment: 3.11 or newer, with venv and ensurepip.
# Without one, says in a line what to do. $PYTHON, where set, is the only one tried.
set -u

candidates=${PYTHON:-"python3.13 python3.12 python3.11 python3 python"}
too_old=""
incomplete=""

for candidate in $candidates; do
    # a version manager's stub may be on PATH without a Python behind it, so running it is the only test
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        too_old="$too_old $candidate ($version)"
    elif ! "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
        incomplete="$incomplete $version"
    else
        echo "$candidate"
        exit 0
    fi
done

if [ -n "$incomplete" ]; then
    set -- $incomplete
    echo "Python $1 is here without its venv module. On Debian and Ubuntu: sudo apt install python3-venv (or python$1-venv)" >&2
elif [ -n "$too_old" ]; then
    echo "Rollwith needs Python 3.11 or newer; here is only:$too_old. Install a newer one, or say PYTHON=/path/to/python3" >&2
else
    echo "Rollwith needs Python 3.11 or newer, and none of these runs: $candidates. Install it, or say PYTHON=/path/to/python3" >&2
fi
exit 1
