#!/usr/bin/env bash
# Creates, lists and deletes a key of each provider with curl, against `swift run SandboxServer`. (Imtegrate publishes
# no deletion.) Then stops the server with each signal, and checks what it makes of bad arguments.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d "${TMPDIR:-/tmp}/curl.XXXXXX")
server=
checks=0

finish() {
    local status=$?
    trap - EXIT
    [[ -n $server ]] && kill "$server" 2>/dev/null
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "curl.sh: $*" >&2
    exit 1
}

# Starts the server with these arguments and reads what it exports.
start() {
    swift run --skip-build SandboxServer "$@" >"$work/exports" 2>"$work/errors" &
    server=$!
    for _ in {1..300}; do
        grep -qs '^export NEKUDA_TOKEN=' "$work/exports" && break
        kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$work/errors")"
        sleep 0.1
    done
    # shellcheck source=/dev/null
    source "$work/exports"
}

# Stops the server with a signal, which has to end it well.
stop() {
    local status=0
    kill "-$1" "$server"
    wait "$server" || status=$?
    server=
    [[ $status -eq 0 ]] || fail "SIG$1 ended the server with $status"
    checks=$((checks + 1))
}

# call STATUS METHOD URL [curl's arguments…]: sends a request, checks its status and leaves its body in $body.
call() {
    local wanted=$1 method=$2 url=$3 status
    shift 3
    status=$(curl -sS --noproxy '*' --max-time 20 -o "$work/body" -w '%{http_code}' -X "$method" "$@" "$url")
    body=$(<"$work/body")
    [[ $status == "$wanted" ]] || fail "$method $url: $status instead of $wanted: $body"
    checks=$((checks + 1))
}

# The first member of a name in the body.
member() {
    local found
    found=$(grep -oE "\"$1\":\"[^\"]*\"" "$work/body" | head -n 1 | cut -d '"' -f 4)
    [[ -n $found ]] || fail "no $1 in $body"
    echo "$found"
}

# Whether the body holds a text.
holds() {
    [[ $body == *"$1"* ]] || fail "no $1 in $body"
    checks=$((checks + 1))
}

swift build --product SandboxServer >"$work/build" 2>&1 || fail "$(tail -n 20 "$work/build")"
json=(-H 'Content-Type: application/json')

start
auth=(-H "X-Management-Key: $JUNCTION_MANAGEMENT_KEY")
keys="$JUNCTION_BASE_URL/v1/org/$JUNCTION_ORG_ID/team_api_keys/sandbox/us"
call 200 POST "$keys" "${auth[@]}" "${json[@]}" -d "{\"label\":\"curl\",\"team_id\":\"$JUNCTION_TEAM_ID\"}"
holds '"value":"sk_us_'
id=$(member id)
call 200 GET "$keys?team_id=$JUNCTION_TEAM_ID" "${auth[@]}"
holds "$id"
call 200 DELETE "$keys?api_key_id=$id" "${auth[@]}"
holds "{\"success\":[\"$id\"],\"failure\":[],\"not_found\":[]}"

auth=(-H "Authorization: Api-Key $BASETEN_API_KEY")
create="$BASETEN_BASE_URL/v1/teams/$BASETEN_TEAM_ID/api_keys"
call 200 POST "$create" "${auth[@]}" "${json[@]}" -d '{"type":"PERSONAL","name":"curl"}'
prefix=$(member api_key | cut -d . -f 1)
call 409 POST "$create" "${auth[@]}" "${json[@]}" -d '{"type":"PERSONAL","name":"curl"}'
call 200 GET "$BASETEN_BASE_URL/v1/api_keys" "${auth[@]}"
holds "\"prefix\":\"$prefix\""
call 200 DELETE "$BASETEN_BASE_URL/v1/api_keys/$prefix" "${auth[@]}"
call 404 DELETE "$BASETEN_BASE_URL/v1/api_keys/$prefix" "${auth[@]}"

auth=(-H "Authorization: Bearer $IMTEGRATE_API_KEY")
call 201 POST "$IMTEGRATE_BASE_URL/v1/api-keys" "${auth[@]}" "${json[@]}" -d '{"name":"curl","env":"live"}'
holds '"token":"ik_live_'
id=$(member id)
call 200 GET "$IMTEGRATE_BASE_URL/v1/api-keys" "${auth[@]}"
holds "$id"

auth=(-H "Authorization: Bearer $NEKUDA_TOKEN")
keys="$NEKUDA_BASE_URL/api/v2/api-keys/"
call 201 POST "$keys" "${auth[@]}" "${json[@]}" -d '{"name":"curl"}'
id=$(member id)
call 200 GET "$keys" "${auth[@]}"
holds "$id"
call 200 PUT "$keys$id/revoke" "${auth[@]}"
call 204 DELETE "$keys$id" "${auth[@]}"
call 404 GET "$keys$id" "${auth[@]}"
port=${JUNCTION_BASE_URL##*:}
stop TERM

start --port "$port"
[[ $JUNCTION_BASE_URL == "http://127.0.0.1:$port" ]] || fail "not on port $port: $JUNCTION_BASE_URL"
status=0
swift run --skip-build SandboxServer --port "$port" >"$work/output" 2>"$work/errors" || status=$?
[[ $status -eq 1 && ! -s $work/output && -s $work/errors ]] || fail "a taken port ended with $status"
stop INT

for arguments in --port '--port 65536' '--port -1' '--port x' '--port 1 --port 2' '--seed x' '--page-size 0' '--fault x' '--fault apiKey:lostanswer' '--quiet --quiet' 8080; do
    status=0
    # shellcheck disable=SC2086
    swift run --skip-build SandboxServer $arguments >"$work/output" 2>"$work/errors" || status=$?
    [[ $status -eq 2 && ! -s $work/output ]] || fail "'$arguments' ended with $status"
    grep -q '^usage: SandboxServer' "$work/errors" || fail "'$arguments' got no usage"
    checks=$((checks + 1))
done
echo "curl.sh: $checks checks passed"
