# For the scripts beside it: installs what is missing, starts the server on simulated exchanges and free ports, counts checks.
# Sets root, work (a folder that is removed at the end), and after start_server: server (its process), stream and health (its addresses).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root="$(cd ../.. && pwd)"
work="$(mktemp -d)"
passed=0
failed=0
server=

cleanup() {
    [ -n "$server" ] && kill -KILL "$server" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

check() { # name, command...
    local name="$1"; shift
    if "$@" >"$work/log" 2>&1; then passed=$((passed + 1)); echo "passed: $name"; else failed=$((failed + 1)); echo "FAILED: $name"; cat "$work/log"; fi
}

need() { # program, Debian package
    command -v "$1" >/dev/null || apt-get install -y --no-install-recommends "$2" >"$work/apt" 2>&1 \
        || { apt-get update >/dev/null 2>&1 && apt-get install -y --no-install-recommends "$2" >"$work/apt" 2>&1; } \
        || { echo "could not install $2:"; tail -3 "$work/apt"; }
}

need_python_websockets() {
    [ -e /usr/lib/python3/dist-packages/websockets ] || need missing-program python3-websockets
}

start_server() { # more options
    dotnet "$root/artifacts/bin/OhlcvConnector.Wss/${CONFIGURATION:-release}/connector-wss.dll" --sandbox --sandbox-speed 60 --port 0 --health-port 0 \
        --preload binance:spot:1m:BTCUSDT "$@" 2>"$work/server.log" &
    server=$!
    for _ in $(seq 100); do grep -q "WebSocket at" "$work/server.log" && break; sleep 0.1; done
    stream="$(grep -oE 'ws://[0-9.:]+' "$work/server.log" | head -1)"
    health="$(grep -oE 'REST at http://[0-9.:]+' "$work/server.log" | grep -oE 'http.*' | head -1)"
    [ -n "$stream" ] && [ -n "$health" ] || { cat "$work/server.log"; failed=1; finish "FAILED: the server did not start"; }
}

stop_server() { # SIGTERM ends it with 0
    local process="$server"
    server=
    kill -TERM "$process" && wait "$process"
}

finish() { # words: how many passed, and the exit code
    echo "$1: $passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
