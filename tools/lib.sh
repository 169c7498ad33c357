# Shared by tools/run and tools/test; sourced, not run.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\033[1m%s\033[0m\n' "$*"; }

packages() {
    sed 's/#.*//' "$ROOT/tools/packages.txt" | tr -s ' \n' ' '
    # A machine that has Node.js keeps its own.
    command -v node >/dev/null || printf 'nodejs '
    command -v npm >/dev/null || printf 'npm '
    printf '%s ' ${TURNPIKE_MORE_PACKAGES:-}
}

missing_packages() {
    local name
    for name in $(packages); do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$name"
    done
}

# Installs what is missing.  No package may start a service: a machine that builds Turnpike gets nothing it did not ask for.
install_packages() {
    local missing sudo=""
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    local line="apt-get update && apt-get install -y --no-install-recommends $missing"
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo; else
            printf 'These packages are missing.  As root:\n\n    %s\n\n' "$line" >&2
            exit 3
        fi
    fi
    say "Installing: $missing"
    local policy=/usr/sbin/policy-rc.d made=""
    if [ ! -e "$policy" ]; then
        made=1
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
        $sudo chmod 755 "$policy"
    fi
    local failed=0
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || failed=1
    # shellcheck disable=SC2086
    [ "$failed" = 1 ] || $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null || failed=1
    [ -z "$made" ] || $sudo rm -f "$policy"
    if [ "$failed" = 1 ]; then
        printf 'apt-get failed; the line was:\n    %s\n' "$line" >&2
        exit 3
    fi
}

jobs() { nproc; }
