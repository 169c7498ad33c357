# gtest.sh RESULT_PREFIX PROGRAM...: runs GoogleTest programs and keeps their results.
prefix=$1; shift
for program in "$@"; do
    name="$prefix$(basename "$program")"
    if ! "$program" --gtest_output="xml:$TURNPIKE_RESULTS/$name.xml" --gtest_brief=1 >"$TURNPIKE_RESULTS/$name.log" 2>&1; then
        grep -E 'Failure|FAILED|error|ERROR|Expected|Actual|actual|runtime error' "$TURNPIKE_RESULTS/$name.log" | head -40
        [ -s "$TURNPIKE_RESULTS/$name.xml" ] || echo "FAILED $name: it ended before it could report" >>"$TURNPIKE_RESULTS/$name.txt"
    fi
    rm -f "$TURNPIKE_RESULTS/$name.log"
done
