"""Kills the host with SIGKILL at random moments while payments are being made, and compares with the sandbox's ledger:
nothing lost, nothing credited twice, nothing stuck.  Usage: kill_loop.py [--kills N] [RESULTS]"""
import argparse
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import System  # noqa: E402
from load import Load, compare  # noqa: E402


def run(kills, seed):
    random.seed(seed)
    system = System(seed=seed)
    try:
        with Load(system, system.customer()) as load:
            for _ in range(kills):
                time.sleep(random.uniform(0.02, 0.4))
                system.host.stop(9)
                system.start()
        return compare(system, load.customer)
    finally:
        system.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("results", nargs="?")
    args = parser.parse_args()
    line, trials = "", ""
    try:
        paid = run(args.kills, args.seed)
        line = f"PASSED {args.kills} kills lose and double nothing"
        trials = f"\nTRIALS the host is killed at random ({paid} payments) | {args.kills} | 0"
        print(f"{paid} payments, {args.kills} kills, seed {args.seed}")
    except AssertionError as error:
        line = f"FAILED {args.kills} kills, seed {args.seed}: {error}"
    print(line + trials, file=open(args.results, "a") if args.results else sys.stdout)
    return 0 if line.startswith("PASSED") else 1


sys.exit(main())
