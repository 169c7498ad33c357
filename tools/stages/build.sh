# Release with all test programs; the dev preset (sanitizers) is the stage `sanitize`.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
set -e
cmake -S "$ROOT" -B "$BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTURNPIKE_TESTS=ON >"$TURNPIKE_RESULTS/build.log" 2>&1 || { cat "$TURNPIKE_RESULTS/build.log"; exit 1; }
ninja -C "$BUILD" >"$TURNPIKE_RESULTS/build.log" 2>&1 || { grep -E 'error|FAILED' "$TURNPIKE_RESULTS/build.log"; exit 1; }
rm -f "$TURNPIKE_RESULTS/build.log"
echo "PASSED build" >"$TURNPIKE_RESULTS/build.txt"
