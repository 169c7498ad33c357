source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
bash "$(dirname "${BASH_SOURCE[0]}")/gtest.sh" "" "$BUILD"/tests/unit/unit_*
# How many recorded conversations stand behind each provider.
cd "$ROOT/plugins"
for folder in */fixtures; do printf '   %s: %s fixtures\n' "${folder%/fixtures}" "$(find "$folder" -name '*.json' | wc -l)"; done
