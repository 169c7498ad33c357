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
if abidiff "$ROOT/tests/abi/baseline/provider-1.0.abi" "$folder/abi.so" >"$folder/diff" 2>&1; then echo "PASSED abi.baseline" >>"$out"
else
    cat "$folder/diff"
    echo "FAILED abi.baseline: the interface changed; if that is meant, write tests/abi/baseline anew and say why in the commit" >>"$out"
fi
# The check must be able to fail: a widened field is noticed.
sed 's/uint32_t  kind, cut;//; s/  uint32_t  size, status;/  uint64_t  size; uint64_t status;/' "$ROOT/sdk/include/turnpike/provider.h" >"$folder/provider.h"
mkdir -p "$folder/turnpike" && sed 's/TPK_ASSERT_(response.*//' "$folder/provider.h" >"$folder/turnpike/provider.h"
gcc -std=c99 -g -shared -fPIC -fvisibility=hidden -I"$folder" "$header" -o "$folder/changed.so"
if abidiff "$ROOT/tests/abi/baseline/provider-1.0.abi" "$folder/changed.so" >/dev/null 2>&1; then echo "FAILED abi.notices_a_widened_field: abidiff saw nothing" >>"$out"
else echo "PASSED abi.notices_a_widened_field" >>"$out"; fi
