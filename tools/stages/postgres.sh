# The same tests over PostgreSQL, and what several hosts on one database do.  --long: the whole functional suite.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
TURNPIKE_MORE_PACKAGES="postgresql haproxy" install_packages
cd "$ROOT/tests/functional"
files="test_first_payment.py test_bad_input.py test_lists.py test_sessions.py test_outgoing.py"
[ "$TURNPIKE_LONG" = 0 ] || files=$(ls test_*.py | grep -vE "test_(postgres|readme|sdk_docs|plugin_kit|install|orders)")
kills=10
[ "$TURNPIKE_LONG" = 0 ] || kills=200
run_on_a_server() {
    # Every order of settling takes minutes over a socket; SQLite has been asked for all of them.
    for area in store ledger payments accounting scripting; do
        GTEST_FILTER="-Order.*" bash "$ROOT/tools/stages/gtest.sh" postgres_ "$BUILD/tests/unit/unit_$area"
    done
    for file in $files; do
        python3 "$file" "$TURNPIKE_RESULTS/postgres_$(basename "$file" .py).txt" || true
    done
    python3 "$ROOT/tests/fault/kill_loop.py" --kills $kills "$TURNPIKE_RESULTS/postgres_fault.txt"
}
export -f run_on_a_server
export ROOT BUILD files kills
python3 postgres.py bash -c run_on_a_server
python3 test_postgres.py "$TURNPIKE_RESULTS/test_postgres.txt" || true
