#!/usr/bin/env bash
# The simulated exchanges under ccxt, a client that we did not write: markets load, history is what the books have, candles stream.
# Installs it (npm); ends with "ccxt: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cp -r ccxt "$work/ccxt" && rm -rf "$work/ccxt/node_modules" # a copy, so that what is tested is what the lock file says
(cd "$work/ccxt" && npm ci --silent --no-fund --no-audit --omit=optional >"$work/npm" 2>&1) || { echo "could not install ccxt:"; tail -3 "$work/npm"; }

dotnet "$root/artifacts/bin/OhlcvConnector.Cli/${CONFIGURATION:-release}/connector-cli.dll" sandbox --port 0 --speed 60 >"$work/sandbox.log" 2>&1 &
server=$!
for _ in $(seq 100); do grep -q "simulated exchanges at" "$work/sandbox.log" && break; sleep 0.1; done
address="$(grep -oE 'http://[0-9.:]+/' "$work/sandbox.log" | head -1)"
[ -n "$address" ] || { cat "$work/sandbox.log"; failed=1; finish "FAILED: the sandbox did not start"; }

names=(binance binanceusdm binancecoinm okx bybit gate hyperliquid)
declare -A clients
for name in "${names[@]}"; do # all at once: most of the time they wait for candles
    timeout 55 node "$work/ccxt/client.js" "$address" "$name" >"$work/$name" 2>&1 &
    clients[$name]=$!
done
ended() { wait "${clients[$1]}" || { cat "$work/$1"; return 1; }; }
for name in "${names[@]}"; do
    check "ccxt $name" ended "$name"
done
interrupted() { # SIGTERM ends a command of the terminal with 130
    local process="$server"
    server=
    kill -TERM "$process"
    wait "$process"
    [ $? -eq 130 ]
}
check "SIGTERM" interrupted
finish ccxt
