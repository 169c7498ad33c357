source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
python3 "$ROOT/tests/style/style_test.py" "$TURNPIKE_RESULTS/style.txt"
