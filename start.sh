#!/usr/bin/env bash
# Streams candles: from the simulated exchanges without arguments, else whatever connector-cli is told.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="$root/artifacts/bin/OhlcvConnector.Cli/release/connector-cli.dll"

sdks="$(dotnet --list-sdks 2>/dev/null || true)"
if [[ $'\n'"$sdks" != *$'\n'10.* ]]; then
    echo "error: the .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download/dotnet/10.0," >&2
    echo "       or with your system's packages (dotnet-sdk-10.0), and run this again." >&2
    exit 1
fi

# Build only when a source, or a folder that lost one, is newer than the program.
if [ ! -f "$program" ] || [ -n "$(find "$root/src" "$root"/Directory.*.props "$root/global.json" -newer "$program" \
        \( -type d -o -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' \) -print -quit)" ]; then
    echo "Building connector-cli (once, and after a change; about half a minute) ..." >&2
    log="$(mktemp)"
    dotnet build "$root/src/OhlcvConnector.Cli" --configuration Release --nologo --verbosity quiet >"$log" 2>&1 &
    build=$!
    trap 'kill "$build" 2>/dev/null; rm -f "$log"; exit 130' INT TERM
    seconds=0
    while kill -0 "$build" 2>/dev/null; do # a terminal sees that something happens
        [ ! -t 2 ] || printf '\r%3d s' "$seconds" >&2
        seconds=$((seconds + 1))
        sleep 1
    done
    [ ! -t 2 ] || printf '\r     \r' >&2
    trap - INT TERM
    if ! wait "$build"; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
    touch "$program"
fi

if [ $# -eq 0 ]; then
    set -- binance BTCUSDT ETHUSDT --sandbox
fi
exec dotnet "$program" "$@"
