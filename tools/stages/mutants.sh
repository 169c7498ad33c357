# Changes that must turn the suite red.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
python3 "$ROOT/tests/mutants/mutants.py" "$TURNPIKE_RESULTS/mutants.txt" || true
