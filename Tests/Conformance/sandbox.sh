#!/usr/bin/env bash
# Holds the sandbox server against the FastAPI application, each freshly started on a loopback port of its own, and then
# drives it with many connections.
#
#   sandbox.sh PYTHON     a Python that has the packages of requirements.txt
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${1:?usage: sandbox.sh PYTHON}
work=$(mktemp -d "${TMPDIR:-/tmp}/sandbox.XXXXXX")
application=
sandbox=

finish() {
    local status=$?
    trap - EXIT
    for server in $application $sandbox; do
        kill "$server" 2>/dev/null && wait "$server"
    done
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "sandbox.sh: $*" >&2
    exit 1
}

# Waits until a server that is starting has written its file.
await() {
    for _ in {1..300}; do
        [[ -s $2 ]] && return
        kill -0 "$1" 2>/dev/null || fail "a server ended before it listened: $(tail -n 5 "$work"/*.log)"
        sleep 0.1
    done
    fail "a server did not listen within 30 seconds"
}

export PYTHONDONTWRITEBYTECODE=1
cd "$root"
swift build --product SandboxServer >"$work/build.log" 2>&1 || fail "$(tail -n 20 "$work/build.log")"
swift run --skip-build SandboxServer >"$work/exports" 2>"$work/sandbox.log" &
sandbox=$!
cd "$here"
"$python" serve.py "$work/url" >"$work/application.log" 2>&1 &
application=$!
await "$sandbox" "$work/exports"
await "$application" "$work/url"

url=$(sed -n 's/^export JUNCTION_BASE_URL=//p' "$work/exports")
"$python" differential.py "$(<"$work/url")" "$url"
"$python" load.py "$url"
kill -0 "$sandbox" 2>/dev/null || fail "the sandbox server ended"
