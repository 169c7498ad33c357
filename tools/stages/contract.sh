source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
cd "$ROOT/tests/contract"
npm ci --ignore-scripts >"$TURNPIKE_RESULTS/npm.log" 2>&1 || { cat "$TURNPIKE_RESULTS/npm.log"; exit 1; }
rm -f "$TURNPIKE_RESULTS/npm.log"
for file in schemas.mjs stripe.mjs paymongo.mjs paystack.mjs razorpay.mjs duo.mjs xero.mjs; do
    node "$file" "$TURNPIKE_RESULTS/contract_$file.txt" || true
done
