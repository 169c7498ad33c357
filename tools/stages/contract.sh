source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
cd "$ROOT/tests/contract"
npm ci --ignore-scripts >"$TURNPIKE_RESULTS/npm.log" 2>&1 || { cat "$TURNPIKE_RESULTS/npm.log"; exit 1; }
rm -f "$TURNPIKE_RESULTS/npm.log"
for file in schemas.mjs openapi.mjs standardwebhooks.mjs stripe.mjs paymongo.mjs paystack.mjs razorpay.mjs duo.mjs duo_universal.mjs xero.mjs; do
    node "$file" "$TURNPIKE_RESULTS/contract_$file.txt" || true
done
# The system's own Python is the one that has Debian's packages.
/usr/bin/python3 test_duo_client.py "$TURNPIKE_RESULTS/contract_duo_client.txt" || true
