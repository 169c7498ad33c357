# The host's core on one thread, seed by seed; and the same seed twice, which must be the same run.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
simulation="$BUILD/tests/simulation/simulation"
seeds=100
[ "$TURNPIKE_LONG" = 0 ] || seeds=10000
"$simulation" --first 1 --seeds $seeds >"$TURNPIKE_RESULTS/first.log" &
first=$!
"$simulation" --first $((seeds + 1)) --seeds $seeds >"$TURNPIKE_RESULTS/second.log" || true
wait $first || true
out="$TURNPIKE_RESULTS/simulation.txt"
for half in first second; do
    read -r payments _ kills _ _ _ failed _ < <(tail -1 "$TURNPIKE_RESULTS/$half.log")
    head -n -1 "$TURNPIKE_RESULTS/$half.log"
    if [ "$failed" = 0 ]; then echo "PASSED simulation: what the host's books say is what happened, $half half of the seeds"
    else echo "FAILED simulation: some seeds of the $half half ended in other books than the provider's"; fi >>"$out"
    echo "TRIALS simulated payments, $kills kills, $half half of the seeds | $payments | $failed" >>"$out"
done
once=$("$simulation" --seeds 5 | sed 's/;.*//')
again=$("$simulation" --seeds 5 | sed 's/;.*//')
if [ -n "$once" ] && [ "$once" = "$again" ]; then echo "PASSED simulation: a seed is the same run again"
else echo "FAILED simulation: the same seeds went two ways: $once / $again"; fi >>"$out"
rm -f "$TURNPIKE_RESULTS"/first.log "$TURNPIKE_RESULTS"/second.log
