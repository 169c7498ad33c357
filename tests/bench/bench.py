"""Measures the host beside a Node service that does the same work, and beside SQLite alone.

    python3 tests/bench/bench.py [--payments 1000000] [--events 40000] [--connections 32 64] [--only webhooks creates slow]

Needs a Release build with -DTURNPIKE_BENCH=ON, and for the peer: cd tests/bench/peer && npm ci.
Prints one table.  Every event is fresh, verified, durable (fsync on) and credited; afterwards the balances are checked."""
import argparse
import collections

from creates import bench_creates
from slow import bench_slow
from webhooks import bench_host, bench_peer, bench_raw

COLUMNS = ["us", "peer, batched", "peer, plain", "SQLite alone"]


def show(table):
    """Rates have a ratio to each of the others."""
    columns = [c for c in COLUMNS if any(c in row for row in table.values())]
    print("| measure | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for name, row in table.items():
        ratio = {c: f" ({row['us'] / row[c]:.2f}x)" for c in columns[1:] if "/s" in name and row.get(c)}
        print(f"| {name} | " + " | ".join(f"{row.get(c, '')}{ratio.get(c, '')}" for c in columns) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--creates", type=int, default=30_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--folder", default=None, help="on the disk that is to be measured")
    parser.add_argument("--only", nargs="+", choices=["webhooks", "peer", "raw", "creates", "slow"], default=["webhooks", "peer", "raw", "creates", "slow"])
    args = parser.parse_args()
    table = collections.defaultdict(dict)
    parts = {"webhooks": lambda: bench_host(args, table), "peer": lambda: [bench_peer(args, table, mode) for mode in ("batched", "plain")],
             "raw": lambda: bench_raw(args, table), "creates": lambda: bench_creates(args, table), "slow": lambda: bench_slow(args, table)}
    for name in args.only:
        parts[name]()
    show(table)


main()
