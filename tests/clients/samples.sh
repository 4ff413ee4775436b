#!/usr/bin/env bash
# The samples that are clients of the server, each over a wire that breaks once: they resume, and nothing is missing.
# Installs what is missing (npm, apt); ends with "client samples: N passed, N failed". With --picture it renews docs/images/browser-chart.png, too.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need chromium chromium
need_python_websockets
for sample in NodeClient BrowserChart; do # in a copy, so that what is tested is what the lock file says
    cp -r "$root/samples/$sample" "$work/$sample" && rm -rf "$work/$sample/node_modules"
    (cd "$work/$sample" && npm ci --silent --no-fund --no-audit >"$work/npm" 2>&1) || { echo "could not install what $sample needs:"; tail -3 "$work/npm"; }
done
start_server

over_a_cut() { # bytes until it breaks, command...: the command with $cut, the address of a wire that breaks
    local bytes="$1" wire status; shift
    python3 cut.py "$stream" "$bytes" >"$work/wire" &
    wire=$!
    for _ in $(seq 100); do [ -s "$work/wire" ] && break; sleep 0.1; done
    cut="$(cat "$work/wire")"
    "$@"
    status=$?
    kill "$wire"
    wait "$wire" 2>/dev/null
    return $status
}

client() { # command...: its candles are whole, and it resumed once
    timeout 60 "$@" --server "$cut" --quotes 200 >"$work/candles" 2>"$work/notes" || { cat "$work/notes"; return 1; }
    [ "$(grep -c '^resumed from .* nothing is missing$' "$work/notes")" -eq 1 ] && python3 whole.py "$work/candles" || { cat "$work/notes"; grep closed "$work/candles"; return 1; }
}
check "sample PythonClient" over_a_cut 30000 client /usr/bin/python3 "$root/samples/PythonClient/client.py"
check "sample NodeClient" over_a_cut 30000 client node "$work/NodeClient/client.js"

refused() { # command...: a wrong symbol ends it with an error that helps
    ! timeout 20 "$@" --server "$stream" --symbol BTCUSD 2>"$work/notes" && grep -q "BTCUSDT" "$work/notes"
}
check "sample PythonClient, wrong symbol" refused /usr/bin/python3 "$root/samples/PythonClient/client.py"
check "sample NodeClient, wrong symbol" refused node "$work/NodeClient/client.js"

look() { timeout 120 node "$work/BrowserChart/look.js" "$cut" --reconnects 1; }
check "sample BrowserChart" over_a_cut 150000 look
[ "${1:-}" != --picture ] || check "picture" node "$work/BrowserChart/look.js" "$stream" --picture "$root/docs/images/browser-chart.png"

check "SIGTERM" stop_server
finish "client samples"
