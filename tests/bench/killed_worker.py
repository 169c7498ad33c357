"""Does anybody else notice when a plugin's worker is killed again and again?

    BUILD=build-release python3 tests/bench/killed_worker.py [--seconds 10]

Payments go through a plugin in a worker all the time; the latency of another provider's is measured, first left alone,
then while that worker is killed every 100 ms."""
import argparse
import concurrent.futures
import os
import pathlib
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
import plugin_author  # noqa: E402
from harness import system  # noqa: E402
from test_workers import acme, config, workers_of  # noqa: E402


def share(times, part):
    return sorted(times)[int(part * (len(times) - 1))] * 1000


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=10)
    asked = arguments.parse_args()
    with system(config=config([plugin_author.examples()], [acme("acme-main")])) as s:
        customer = s.customer()
        body = lambda integration: {"customer": customer, "integration": integration, "amount": "1.00", "currency": "USD", "return_url": "https://shop.example/back"}
        for kills in (False, True):
            stop, killed, bad = threading.Event(), 0, 0
            unknown = []

            def pay():
                while not stop.is_set():
                    answer = s.post("/v1/payments", body("acme-main"), key=s.fresh_key())
                    if answer.status != 201:
                        unknown.append(answer.status)

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for _ in range(4):
                    pool.submit(pay)
                times, until, next_kill = [], time.monotonic() + asked.seconds, time.monotonic()
                while time.monotonic() < until:
                    if kills and time.monotonic() >= next_kill:
                        next_kill += 0.1
                        for pid in workers_of(s)[:1]:
                            os.kill(pid, signal.SIGSEGV)
                            killed += 1
                    began = time.monotonic()
                    bad += s.post("/v1/payments", body("stripe-main"), key=s.fresh_key()).status != 201
                    times.append(time.monotonic() - began)
                stop.set()
            print(f"{'killed ' + str(killed) + ' times' if kills else 'left alone':20} {len(times)} other payments, {bad} failed; p50 {share(times, 0.5):.1f} ms, p99 {share(times, 0.99):.1f} ms; its own not created at once: {len(unknown)} {set(unknown) or ''}")
    plugin_author.forget()


main()
