# The host is ended at random and at named moments, and the system refuses; the provider's books decide.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
kills=20 ends=2
[ "$TURNPIKE_LONG" = 0 ] || kills=200 ends=1000
python3 "$ROOT/tests/fault/kill_loop.py" --kills $kills "$TURNPIKE_RESULTS/fault.txt"
python3 "$ROOT/tests/fault/points.py" --kills $ends "$TURNPIKE_RESULTS/fault_points.txt"
