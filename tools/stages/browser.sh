# The pages in Debian's Chromium.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
TURNPIKE_MORE_PACKAGES=chromium install_packages
cd "$ROOT/tests/browser"
npm ci --ignore-scripts >"$TURNPIKE_RESULTS/npm.log" 2>&1 || { cat "$TURNPIKE_RESULTS/npm.log"; exit 1; }
rm -f "$TURNPIKE_RESULTS/npm.log"
for file in panel.mjs signin.mjs; do
    node "$file" "$TURNPIKE_RESULTS/browser_$file.txt" || true
done
