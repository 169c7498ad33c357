"""Webhooks while 1,000 slow clients hold their connections, in each of slowhttptest's ways."""
import contextlib
import subprocess
import time

from place import hook_of
from webhooks import installation, requests

WAYS = {"slow heads": ["-H", "-i", "10"], "slow bodies": ["-B", "-i", "10"], "slow reading": ["-X", "-w", "1", "-y", "2", "-n", "5", "-z", "32", "-k", "3"], "ranges": ["-R"]}


@contextlib.contextmanager
def slow_clients(url, way, folder):
    """1,000 of them, all connected, until the block ends."""
    process = subprocess.Popen(["slowhttptest", "-c", "1000", "-r", "1000", "-l", "600", *WAYS[way], "-u", url + "/healthz"], stdout=open(folder / "slow.log", "wb"), stderr=subprocess.STDOUT)
    try:
        time.sleep(3)
        yield
    finally:
        process.kill()
        process.wait()


def bench_slow(args, table):
    """Interleaved with rounds without them, since what a machine gives changes from minute to minute."""
    rounds = [None] + [r for way in WAYS for r in (way, None)]
    args.connections, connections = [args.connections[0]] * len(rounds), args.connections
    with installation(args) as place, place.host() as (_, url, token):
        hook = hook_of(url, token)
        rates = []
        for i, way in enumerate(rounds):
            with slow_clients(url, way, place.folder) if way else contextlib.nullcontext():
                rates.append(place.load(hook, requests(hook, args.payments + i * args.events, args.events), connections[0]))
    args.connections = connections
    for i, way in enumerate(rounds):
        if not way:
            continue
        without = (rates[i - 1]["per_s"] + rates[i + 1]["per_s"]) / 2
        table[f"webhooks/s with 1,000 {way}"]["us"] = rates[i]["per_s"]
        table[f"of what it is without, 1,000 {way}, %"]["us"] = round(100 * rates[i]["per_s"] / without)
