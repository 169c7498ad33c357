"""Kills the host with SIGKILL at random moments while payments are being made, and compares with the sandbox's ledger:
nothing lost, nothing credited twice, nothing stuck.  Usage: kill_loop.py [--kills N] [RESULTS]"""
import argparse
import pathlib
import random
import sys
import threading
import time
import urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import System, wait_for  # noqa: E402


class Load:
    """Makes payments and presses Pay, through every restart, until told to stop."""

    def __init__(self, system, customer):
        self.system, self.customer, self.stopping = system, customer, False
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(6)]

    def work(self, worker):
        n = 0
        while not self.stopping:
            n += 1
            body = {"customer": self.customer, "integration": "stripe-main", "amount": "1.00", "currency": "USD", "return_url": "https://shop.example/"}
            payment = self.insist(lambda: self.system.post("/v1/payments", body, key=f"w{worker}-{n}"))
            if payment and payment.status == 201 and payment.json.get("next_action"):
                self.system.press(payment.json)

    def insist(self, ask):
        """A client that repeats a request with the same key until it is answered."""
        while not self.stopping:
            try:
                answer = ask()
                if answer.status not in (409, 503):
                    return answer
            except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
                pass
            time.sleep(0.02)
        return None


def run(kills, seed):
    random.seed(seed)
    system = System(seed=seed)
    try:
        customer = system.customer()
        load = Load(system, customer)
        for thread in load.threads:
            thread.start()
        for _ in range(kills):
            time.sleep(random.uniform(0.02, 0.4))
            system.host.stop(9)
            system.start()
        load.stopping = True
        for thread in load.threads:
            thread.join()
        charged = [row for row in system.control("GET", "/stripe/ledger")["data"] if row["kind"] == "payment"]
        expected = f"{len(charged)}.00"
        wait_for(f"a balance of {expected}", lambda: system.balance(customer) == expected, seconds=90)
        assert len({row["reference"] for row in charged}) == len(charged), "a payment was charged twice"
        wait_for("the sandbox to have delivered everything", lambda: system.control("GET", "/deliveries")["waiting"] == 0, seconds=120)
        assert system.balance(customer) == expected
        system.verify_and_prove()
        return len(charged)
    finally:
        system.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("results", nargs="?")
    args = parser.parse_args()
    line = ""
    try:
        paid = run(args.kills, args.seed)
        line = f"PASSED {args.kills} kills lose and double nothing"
        print(f"{paid} payments, {args.kills} kills, seed {args.seed}")
    except AssertionError as error:
        line = f"FAILED {args.kills} kills, seed {args.seed}: {error}"
    print(line, file=open(args.results, "a") if args.results else sys.stdout)
    return 0 if line.startswith("PASSED") else 1


sys.exit(main())
