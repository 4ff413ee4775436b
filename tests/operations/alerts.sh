#!/usr/bin/env bash
# The alert rules that we ship: as scenarios under promtool, and under a real Prometheus that watches a real server on simulated exchanges.
# Without Prometheus it is skipped, which is a failure where MUST_RUN is set, as .ci/run does. Ends with "alerts: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/../clients/common.sh"
cd "$root/tests/operations"

need prometheus prometheus
if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
    echo "SKIPPED: there is no Prometheus on this machine, and none could be installed"
    [ -z "${MUST_RUN:-}" ]
    exit
fi

cp "$root/deploy/alerts.yml" alerts.test.yml "$work/"
check "promtool check rules" promtool check rules "$work/alerts.yml"
check "scenarios" promtool test rules "$work/alerts.test.yml"

# A sandbox that can be told to fail, and a server whose series end a second after their last client.
dotnet "$root/artifacts/bin/OhlcvConnector.Cli/${CONFIGURATION:-release}/connector-cli.dll" sandbox --port 0 >"$work/sandbox.log" 2>&1 &
sandbox=$!
prometheus=
trap '[ -n "$prometheus" ] && kill -KILL "$prometheus"; kill -KILL "$sandbox"; cleanup' EXIT
for _ in $(seq 100); do grep -q "simulated exchanges at" "$work/sandbox.log" && break; sleep 0.1; done
address="$(grep -oE 'http://[0-9.:]+/' "$work/sandbox.log" | head -1)"
echo '{"Server":{"UnsubscribeDelay":1}}' >"$work/appsettings.json"
(cd "$work" && exec dotnet "$root/artifacts/bin/OhlcvConnector.Wss/${CONFIGURATION:-release}/connector-wss.dll" --sandbox="$address" --port 0 --health-port 0 2>"$work/server.log") &
server=$!
for _ in $(seq 100); do grep -q "WebSocket at" "$work/server.log" && break; sleep 0.1; done
stream="$(grep -oE 'ws://[0-9.:]+' "$work/server.log" | head -1)"
health="$(grep -oE 'REST at http://[0-9.:]+' "$work/server.log" | grep -oE 'http.*' | head -1)"
[ -n "$stream" ] && [ -n "$health" ] || { cat "$work/server.log" "$work/sandbox.log"; failed=1; finish "FAILED: the server did not start"; }

port="$(python3 -c 'import random, socket; s = socket.socket()
while True:
    try: s.bind(("127.0.0.1", random.randrange(20000, 32000))); break
    except OSError: pass
print(s.getsockname()[1])')" # none that a connection may set out from meanwhile
sed -i -E 's/for: .*/for: 2s/' "$work/alerts.yml" # the rules as they are, only sooner
cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [alerts.yml]
scrape_configs:
  - job_name: connector
    static_configs: [{targets: ["${health#http://}"]}]
END
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address="127.0.0.1:$port" --log.level=warn >"$work/prometheus.log" 2>&1 &
prometheus=$!

ask() { # expression: its value now, or nothing
    curl -fsS --get "http://127.0.0.1:$port/api/v1/query" --data-urlencode "query=$1" 2>/dev/null | python3 -c 'import json, sys; r = json.load(sys.stdin)["data"]["result"]; print(r[0]["value"][1] if r else "")' 2>/dev/null
}
becomes() { # expression, value: within a minute
    for _ in $(seq 300); do [ "$(ask "$1")" = "$2" ] && return; sleep 0.2; done
    echo "$1 is '$(ask "$1")', not '$2'"; tail -3 "$work/prometheus.log"; return 1
}
alert() { echo "count(ALERTS{alertname=\"$1\",alertstate=\"firing\"})"; }

client() { python3 follow.py "$stream" >"$work/follow.log" 2>&1 & }
check "Prometheus sees the server" becomes 'up{job="connector"}' 1
client; follower=$!
check "a client's exchange is connected" becomes 'connector_active_connections{exchange="binance"} > 0' 1
check "a closed candle has come" becomes 'connector_quotes_processed_total{exchange="binance",is_closed="True"} > bool 0' 1
kill "$follower"; wait "$follower" 2>/dev/null
check "it is left when the client is" becomes 'connector_active_connections{exchange="binance"}' 0
quiet() { # for many times as long as an alert waits: no alert
    becomes 'count_over_time(connector_active_connections{exchange="binance"}[12s]) >= bool 10 and max_over_time(connector_active_connections{exchange="binance"}[12s]) == 0' 1 || return 1
    local fired; fired="$(ask 'count(ALERTS)')"
    [ -z "$fired" ] || { ask 'ALERTS'; curl -s "http://127.0.0.1:$port/api/v1/alerts"; return 1; }
}
check "no alert once nobody wants it" quiet
client; follower=$!
check "it is connected again" becomes 'connector_active_connections{exchange="binance"} > 0' 1
curl -fsS -X POST "${address}sandbox/faults" -d '{"kind":"Refuse","exchange":"binance"}' >/dev/null
curl -fsS -X POST "${address}sandbox/faults" -d '{"kind":"DropAll","exchange":"binance"}' >/dev/null
check "an outage that a client sees fires" becomes "$(alert ExchangeDisconnected)" 1
kill "$follower"; wait "$follower" 2>/dev/null
check "and ends with the client" becomes "absent(ALERTS{alertname=\"ExchangeDisconnected\"})" 1
check "SIGTERM" stop_server
check "a server that is gone fires" becomes "$(alert ConnectorDown)" 1
finish alerts
