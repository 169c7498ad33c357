"""Payments that are made and paid through every end of the host, and the comparison with the provider afterwards."""
import pathlib
import sys
import threading
import time
import urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import wait_for  # noqa: E402


class Load:
    """Makes payments and presses Pay, through every restart, for as long as it is open."""

    def __init__(self, system, customer, workers=6):
        self.system, self.customer, self.stopping = system, customer, False
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(workers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        for thread in self.threads:
            thread.join()

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


def compare(system, customer):
    """Waits until what the provider charged is credited, once; the number of payments."""
    charged = [row for row in system.control("GET", "/stripe/ledger")["data"] if row["kind"] == "payment"]
    expected = f"{len(charged)}.00"
    wait_for(f"a balance of {expected}", lambda: system.balance(customer) == expected, seconds=90)
    assert len({row["reference"] for row in charged}) == len(charged), "a payment was charged twice"
    wait_for("the sandbox to have delivered everything", lambda: system.control("GET", "/deliveries")["waiting"] == 0, seconds=120)
    assert system.balance(customer) == expected
    system.verify_and_prove()
    return len(charged)
