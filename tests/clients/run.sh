#!/usr/bin/env bash
# The server under clients that we did not write: node's ws, Python's websockets, a page in headless Chromium; and its metrics under promtool.
# Installs what is missing (npm, apt); ends with "clients: N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root="$(cd ../.. && pwd)"
configuration="${CONFIGURATION:-release}"
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

need chromium chromium
need promtool prometheus
[ -e /usr/lib/python3/dist-packages/websockets ] || need missing-program python3-websockets
(cd "$work" && npm install --silent --no-fund --no-audit ws@8.23.0 >/dev/null 2>&1) || echo "could not install ws"

dotnet "$root/artifacts/bin/OhlcvConnector.Server/$configuration/connector-wss.dll" --sandbox --sandbox-speed 60 --port 0 --health-port 0 \
    --preload binance:spot:1m:BTCUSDT 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do grep -q "WebSocket at" "$work/server.log" && break; sleep 0.1; done
stream="$(grep -oE 'ws://[0-9.:]+' "$work/server.log" | head -1)"
health="$(grep -oE 'REST at http://[0-9.:]+' "$work/server.log" | grep -oE 'http.*' | head -1)"
[ -n "$stream" ] && [ -n "$health" ] || { echo "FAILED: the server did not start"; cat "$work/server.log"; echo "clients: 0 passed, 1 failed"; exit 1; }

check "node ws" env NODE_PATH="$work/node_modules" node node.js "$stream"
check "python websockets" /usr/bin/python3 python_websockets.py "$stream"

check "headless chromium" timeout 90 python3 browser.py "$stream" "$work/chromium"

metrics() { # silent, so that a warning fails, too
    local said
    curl -fsS "$health/metrics" >"$work/metrics" || return 1
    said="$(promtool check metrics <"$work/metrics" 2>&1)" && [ -z "$said" ] || { echo "$said"; return 1; }
}
check "promtool check metrics" metrics
check "promtool check rules" promtool check config "$root/deploy/prometheus.yml"
check "ready" curl -fsS "$health/ready"

stop() { # SIGTERM ends it with 0
    kill -TERM "$server" && wait "$server"
}
check "SIGTERM" stop
server=
echo "clients: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
