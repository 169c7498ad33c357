source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
TURNPIKE_MORE_PACKAGES="postgresql haproxy" install_packages
for file in "$ROOT"/tests/functional/test_*.py; do
    [ "$(basename "$file")" != test_postgres.py ] || continue  # a stage of its own
    python3 "$file" "$TURNPIKE_RESULTS/functional_$(basename "$file" .py).txt" || true
done
