# `turnpike-plugin check` finds what is wrong with every plugin of the zoo, by the claim zoo.json names, and nothing wrong
# with the bundled ones.  The zoo's table is printed.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
python3 "$ROOT/tests/abi/check_zoo.py" "$BUILD" >"$said" || { cat "$said"; exit 1; }
grep -v -E '^(PASSED|FAILED) ' "$said"
grep -E '^(PASSED|FAILED) ' "$said" >"$TURNPIKE_RESULTS/zoo.txt"
