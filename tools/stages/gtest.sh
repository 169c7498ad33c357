# gtest.sh RESULT_PREFIX PROGRAM...: runs GoogleTest programs and keeps their results.
prefix=$1; shift
for program in "$@"; do
    name="$prefix$(basename "$program")"
    if ! "$program" --gtest_output="xml:$TURNPIKE_RESULTS/$name.xml" --gtest_brief=1 >"$TURNPIKE_RESULTS/$name.log" 2>&1; then
        grep -E 'Failure|FAILED|error|ERROR|Expected|Actual|actual|runtime error' "$TURNPIKE_RESULTS/$name.log" | head -40
        if [ ! -s "$TURNPIKE_RESULTS/$name.xml" ]; then
            echo "FAILED $name: it ended before it could report" >>"$TURNPIKE_RESULTS/$name.txt"
        elif ! grep -q '<failure' "$TURNPIKE_RESULTS/$name.xml"; then
            # Its tests are fine, and yet it is not: a sanitizer found something at the end.
            echo "FAILED $name: all its tests passed, then it ended with an error, such as memory it never freed" >>"$TURNPIKE_RESULTS/$name.txt"
        fi
    fi
    rm -f "$TURNPIKE_RESULTS/$name.log"
done
