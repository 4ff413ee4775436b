#!/usr/bin/env bash
# The server under clients that we did not write: node's ws, Python's websockets, a page in headless Chromium; and its metrics under promtool.
# Installs what is missing (npm, apt); ends with "clients: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need chromium chromium
need promtool prometheus
need_python_websockets
(cd "$work" && npm install --silent --no-fund --no-audit ws@8.23.0 >/dev/null 2>&1) || echo "could not install ws"

start_server

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

check "SIGTERM" stop_server
finish clients
