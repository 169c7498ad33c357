# Unit tests and fuzz targets once more under AddressSanitizer and UndefinedBehaviorSanitizer; with --long the sandbox's tests
# too, which would not fit into the time of a short run.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
set -e
# Lines are all a report needs; the types of every variable only cost time.
dev="$ROOT/build-dev"
cmake -S "$ROOT" -B "$dev" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-g1 -DCMAKE_C_FLAGS_DEBUG=-g1 -DTURNPIKE_SANITIZE=address,undefined -DTURNPIKE_WEB=OFF >"$TURNPIKE_RESULTS/dev.log" 2>&1 || { cat "$TURNPIKE_RESULTS/dev.log"; exit 1; }
targets="unit_tests fuzz_targets" programs=""
[ "$TURNPIKE_LONG" = 0 ] || targets="$targets sandbox_test" programs="$dev/tools/sandbox/sandbox_test"
# shellcheck disable=SC2086
ninja -C "$dev" $targets >"$TURNPIKE_RESULTS/dev.log" 2>&1 || { grep -E 'error|FAILED' "$TURNPIKE_RESULTS/dev.log"; exit 1; }
rm -f "$TURNPIKE_RESULTS/dev.log"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# The many orders of one payment's messages take the same code paths as the other claims of settling.
GTEST_FILTER="-Order.*" bash "$ROOT/tools/stages/gtest.sh" asan_ "$dev"/tests/unit/unit_* $programs
for program in "$dev"/tests/fuzz/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    if timeout 900 "$program" 2000 >/dev/null; then echo "PASSED asan_$(basename "$program")"; else echo "FAILED asan_$(basename "$program"): see its output"; fi >>"$TURNPIKE_RESULTS/asan_fuzz.txt"
done
