# `turnpike-plugin check` finds what is wrong with every plugin of the zoo, by the claim zoo.json names, and nothing wrong
# with the bundled ones and the examples.  The zoo's table is printed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
python3 "$ROOT/tests/abi/check_zoo.py" "$BUILD" >"$TURNPIKE_RESULTS/zoo.txt.all"
grep -v -E '^(PASSED|FAILED) ' "$TURNPIKE_RESULTS/zoo.txt.all"
grep -E '^(PASSED|FAILED) ' "$TURNPIKE_RESULTS/zoo.txt.all" >"$TURNPIKE_RESULTS/zoo.txt"
rm -f "$TURNPIKE_RESULTS/zoo.txt.all"
