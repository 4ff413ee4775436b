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
    echo "Building ..." >&2
    if ! log="$(dotnet build "$root/src/OhlcvConnector.Cli" --configuration Release --nologo --verbosity quiet 2>&1)"; then
        echo "$log" >&2
        exit 1
    fi
    touch "$program"
fi

if [ $# -eq 0 ]; then
    set -- binance BTCUSDT ETHUSDT --sandbox
fi
exec dotnet "$program" "$@"
