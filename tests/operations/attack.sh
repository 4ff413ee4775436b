#!/usr/bin/env bash
# The server while somebody attacks it; seconds for each attack as the first argument, 1 by default. Ends with "attacks: N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/../clients/common.sh"
cd "$root/tests/operations"
bin="$root/artifacts/bin"
kind="${CONFIGURATION:-release}"
check "attacks" timeout 600 python3 attack.py "$bin/OhlcvConnector.Wss/$kind/connector-wss.dll" "$bin/OhlcvConnector.Cli/$kind/connector-cli.dll" "$work" "${1:-1}"
finish attacks
