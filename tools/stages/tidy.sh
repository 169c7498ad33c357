# clang-tidy over the host and the plugins, by the rules and reasons of .clang-tidy.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
result="$TURNPIKE_RESULTS/tidy.txt"
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
# gcc's own flags mean nothing to clang.  A plugin's requests are built by setters called on std::move(request), which return it.
tidy() {
    clang-tidy -p "$BUILD" --config-file="$ROOT/.clang-tidy" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument "$@" 2>&1 |
        grep -E '(warning|error):' | grep -v "unknown argument: '-fno-gnu-unique'"
}
export -f tidy
export BUILD ROOT
units=0
for area in "$BUILD"/host/CMakeFiles/*/Unity/*.cxx; do printf '%s\n' "$area"; units=$((units + 1)); done | xargs -P "$(jobs)" -I{} bash -c 'tidy {}' >>"$findings"
for plugin in "$BUILD"/plugins/*/CMakeFiles/*/Unity/*.cxx; do printf '%s\n' "$plugin"; done | xargs -P "$(jobs)" -I{} bash -c 'tidy --checks=-bugprone-use-after-move {}' >>"$findings"
if [ -s "$findings" ]; then
    sort -u "$findings" | head -40
    sort -u "$findings" | head -40 | sed "s#^$ROOT/##; s#^#FAILED tidy: #" >>"$result"
else
    echo "PASSED tidy" >>"$result"
fi
