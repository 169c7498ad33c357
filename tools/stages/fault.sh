source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
kills=20
[ "$TURNPIKE_LONG" = 0 ] || kills=200
python3 "$ROOT/tests/fault/kill_loop.py" --kills $kills "$TURNPIKE_RESULTS/fault.txt"
