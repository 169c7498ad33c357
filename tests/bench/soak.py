"""The host at half of what it can do, for an hour: do its memory, its descriptors, its threads or its latency grow?

    python3 tests/bench/soak.py [--minutes 60] [--webhooks 15000] [--creates 6000]

Needs what bench.py needs, and 700 MB of disk a minute.  A round is ten seconds: that many fresh webhooks and payments as fast
as they go, metrics and the events feed once, then rest.  Prints a line a round, and what is wrong; ends with 1 if something is."""
import argparse
import os
import statistics
import sys
import time
import urllib.request

from creates import create
from place import BUILD, Installation, hook_of, rss_mb, running, status_of
from webhooks import requests

ROUND_S = 10
RSS_SLOPE_MAX_MB_PER_H = 10
LATENCY_GROWTH_MAX = 1.5


def ask(url, token):
    return urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": "Bearer " + token})).read()


def one_round(args, place, pid, url, token, n):
    began = time.monotonic()
    hooks = place.load(args.hook, requests(args.hook, n * args.webhooks, args.webhooks), 32)
    made = place.load(url, (create(i, "host", token) for i in range(n * args.creates, (n + 1) * args.creates)), 32)
    ask(url + "/metrics", token)
    ask(url + "/v1/events?limit=100", token)
    busy_s = args.webhooks / hooks["per_s"] + args.creates / made["per_s"]
    time.sleep(max(0, ROUND_S - (time.monotonic() - began)))
    return {"busy_s": busy_s, "took_s": time.monotonic() - began, "failed": hooks["failed"] + made["failed"], "webhook_p99_ms": hooks["p99_ms"], "create_p99_ms": made["p99_ms"], "rss_mb": rss_mb(pid),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd")), "threads": status_of(pid, "Threads")}


def slope_mb_per_h(rounds):
    if len(rounds) < 2:
        return 0
    at_h = [sum(r["took_s"] for r in rounds[:i]) / 3600 for i in range(len(rounds))]
    return statistics.linear_regression(at_h, [r["rss_mb"] for r in rounds]).slope


def faults(rounds, slope):
    """The first third warms the caches up; of the rest nothing may grow."""
    third = max(1, len(rounds) // 3)
    early, late = rounds[:third], rounds[-third:]
    if sum(r["failed"] for r in rounds):
        yield f"{sum(r['failed'] for r in rounds)} requests failed"
    if slope > RSS_SLOPE_MAX_MB_PER_H:
        yield f"the memory grows by {slope:.1f} MB an hour"
    for name in ("descriptors", "threads"):
        if max(r[name] for r in late) > max(r[name] for r in early):
            yield f"{name} grow from {max(r[name] for r in early)} to {max(r[name] for r in late)}"
    for name in ("webhook_p99_ms", "create_p99_ms"):
        before, after = (statistics.median(r[name] for r in part) for part in (early, late))
        if after > LATENCY_GROWTH_MAX * before:
            yield f"{name} grows from {before:.1f} to {after:.1f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--webhooks", type=int, default=15000)
    parser.add_argument("--creates", type=int, default=6000)
    parser.add_argument("--folder", default=None)
    args = parser.parse_args()
    count = max(1, round(args.minutes * 60 / ROUND_S))
    rounds = []
    with Installation(0, count * args.webhooks, args.folder) as place:
        with running([BUILD / "tests/bench/bench_provider", 0], place.folder / "provider.log") as (_, provider), place.host("--sandbox-url", provider) as (process, url, token):
            args.hook = hook_of(url, token)
            for n in range(count):
                rounds.append(one_round(args, place, process.pid, url, token, n))
                print(n, " ".join(f"{name} {value if isinstance(value, int) else round(value, 1)}" for name, value in rounds[-1].items()), flush=True)
        place.check(count * args.webhooks)
    slope = slope_mb_per_h(rounds[len(rounds) // 3:])
    wrong = list(faults(rounds, slope))
    busy = 100 * sum(r["busy_s"] for r in rounds) / sum(r["took_s"] for r in rounds)
    print(f"{count} rounds, busy {busy:.0f} % of the time, RSS {rounds[-1]['rss_mb']} MB, {slope:+.1f} MB an hour; " + ("; ".join(wrong) or "nothing grows"))
    return 1 if wrong else 0


sys.exit(main())
