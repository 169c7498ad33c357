# The plugin header compiles alone in every language version it promises, and its structures are those of the baseline.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
out="$TURNPIKE_RESULTS/abi.txt"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
header="$ROOT/tests/abi/header.c"
flags="-Wall -Wextra -Werror -pedantic-errors -I$ROOT/sdk/include -fsyntax-only"
for standard in c99 c11 c17; do
    if gcc -std=$standard $flags "$header"; then echo "PASSED abi.header_$standard"; else echo "FAILED abi.header_$standard: it does not compile"; fi >>"$out"
done
for standard in c++11 c++14 c++17 c++20; do
    if g++ -x c++ -std=$standard $flags "$header"; then echo "PASSED abi.header_$standard"; else echo "FAILED abi.header_$standard: it does not compile"; fi >>"$out"
done
gcc -std=c99 -g -shared -fPIC -fvisibility=hidden -I"$ROOT/sdk/include" "$header" -o "$folder/abi.so"
# 1.0 is frozen (sdk/docs/versions.md): its baseline is never written again, a new minor gets one of its own beside it.
baseline="$ROOT/tests/abi/baseline/provider-1.0.abi"
if [ ! -s "$baseline" ]; then echo "FAILED abi.baseline: tests/abi/baseline/provider-1.0.abi is missing; take it from the history" >>"$out"
elif abidiff "$baseline" "$folder/abi.so" >"$folder/diff" 2>&1; then echo "PASSED abi.baseline" >>"$out"
else
    cat "$folder/diff"
    echo "FAILED abi.baseline: the interface changed, and 1.0 is frozen; append fields under a new minor (sdk/docs/versions.md)" >>"$out"
fi
# A released header is never edited, and today's still begins as the newest released one does.
if (cd "$ROOT/tests/abi/frozen" && sha256sum --quiet -c SHA256SUMS); then echo "PASSED abi.frozen_headers" >>"$out"
else echo "FAILED abi.frozen_headers: a released header was edited; take it from the history" >>"$out"; fi
# The sizes are asserted in the header: they hold on both machines we know.
for machine in x86_64-linux-gnu aarch64-linux-gnu; do
    if clang-tidy --quiet --checks='-*,bugprone-sizeof-expression' "$header" -- --target=$machine -std=c99 -ffreestanding -I"$ROOT/sdk/include" >"$folder/tidy" 2>&1; then
        echo "PASSED abi.sizes_on_$machine" >>"$out"
    else
        cat "$folder/tidy"
        echo "FAILED abi.sizes_on_$machine: the header does not hold there" >>"$out"
    fi
done
# That check too must be able to fail: pointers of 32 bits are refused.
if clang-tidy --quiet --checks='-*,bugprone-sizeof-expression' "$header" -- --target=i386-linux-gnu -std=c99 -ffreestanding -I"$ROOT/sdk/include" >/dev/null 2>&1; then
    echo "FAILED abi.refuses_32_bits: sizes are not asserted" >>"$out"
else echo "PASSED abi.refuses_32_bits" >>"$out"; fi
# The check must be able to fail: a widened field is noticed.
sed 's/uint32_t  kind, cut;//; s/  uint32_t  size, status;/  uint64_t  size; uint64_t status;/' "$ROOT/sdk/include/turnpike/provider.h" >"$folder/provider.h"
mkdir -p "$folder/turnpike" && sed 's/TPK_ASSERT_(response.*//' "$folder/provider.h" >"$folder/turnpike/provider.h"
gcc -std=c99 -g -shared -fPIC -fvisibility=hidden -I"$folder" "$header" -o "$folder/changed.so"
if abidiff "$ROOT/tests/abi/baseline/provider-1.0.abi" "$folder/changed.so" >/dev/null 2>&1; then echo "FAILED abi.notices_a_widened_field: abidiff saw nothing" >>"$out"
else echo "PASSED abi.notices_a_widened_field" >>"$out"; fi
