# Every fuzz target with its seeds and a fixed number of mutations.  For hours of it: the `fuzz` preset, with clang.
rounds=20000
[ "$TURNPIKE_LONG" = 0 ] || rounds=1000000
for program in "$BUILD"/tests/fuzz/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=$(basename "$program")
    if timeout 900 "$program" $rounds >/dev/null; then printf 'PASSED %s\nTRIALS %s | %s | 0\n' "$name" "$name" "$rounds" >>"$TURNPIKE_RESULTS/fuzz.txt"
    else echo "FAILED $name: it broke a promise; run it under a debugger, its inputs are the same every time" >>"$TURNPIKE_RESULTS/fuzz.txt"; fi
done
