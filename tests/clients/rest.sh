#!/usr/bin/env bash
# REST under validators that we did not write, and its page in a Chromium that reaches nothing but the server.
# What cannot be installed (pip, apt) is skipped, which is a failure where MUST_RUN is set, as .ci/run does. Ends with "REST: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

skip() { # what, why
    echo "SKIPPED: $1: $2"
    [ -z "${MUST_RUN:-}" ] || failed=$((failed + 1))
}

echo '{"rules":[{"name":"up","direction":"long","when":["close > open"]},{"name":"down","direction":"short","when":["close < open"]}]}' >"$work/rules.json"
echo '{"channels":{"told":{"type":"webhook","url":"http://127.0.0.1:1/"}}}' >"$work/channels.json" # nobody is there: notices wait
check "a model" dotnet "$root/artifacts/bin/OhlcvConnector.Cli/${CONFIGURATION:-release}/connector-cli.dll" forecast train binance:BTCUSDT --sandbox --from -30d \
    --interval 1h --model ridge --window 5 --folds 2 --name checked --models "$work/models"
start_server --set Archive="$work/candles.db" --set Record=binance:BTCUSDT --set ForecastModels="$work/models" --set Forecasts=binance:BTCUSDT --signals binance:BTCUSDT --set SignalIntervals=1m --signal-rules "$work/rules.json" --set PaperLedger="$work/paper.db" \
    --set Notifications="$work/channels.json" --set NotificationStore="$work/notices.db"

can_validate() { PYTHONPATH="$work/pip" python3 -c "import openapi_spec_validator"; }
can_validate 2>/dev/null || python3 -m pip install --quiet --target "$work/pip" openapi-spec-validator==0.9.0 >"$work/pip.log" 2>&1
if can_validate 2>/dev/null; then
    check "description and answers" env PYTHONPATH="$work/pip" python3 rest.py "$health"
else
    skip "description and answers" "openapi-spec-validator could not be installed"
fi

page() { # drawn by its own scripts, with nothing from elsewhere
    timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/chromium" --virtual-time-budget=8000 \
        --host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1" --enable-logging=stderr --dump-dom "$health/docs/" >"$work/page" 2>"$work/page.log" || return 1
    grep -q "Closed candles of the past" "$work/page" || { tail -5 "$work/page.log"; return 1; }
    ! grep "ERR_" "$work/page.log"
}
need chromium chromium
if command -v chromium >/dev/null; then check "page" page; else skip "page" "there is no Chromium"; fi

check "SIGTERM" stop_server
finish REST
