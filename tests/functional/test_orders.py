"""Every provider's own messages of one payment, in any order and several times: the books end the same.

A payment lives through its life once, and its messages are kept as they came.  Then the store as it was before the first of them is
served again and again, and each time is told in another order.  Copies of the store need SQLite."""
import contextlib
import json
import os
import random
import shutil
import sqlite3
import sys
import urllib.parse

import walk
from harness import HOST, Process, request, run_all, system, wait_for
from test_paypal_express import approve

ORDERS = 100 if os.environ.get("TURNPIKE_LONG") == "1" else 4
COMPARED = ("status", "reason", "outcome", "captured", "refunded", "disputed", "fee", "credited")


def snapshot(s):
    """The store as a restored backup would be, but for what nobody wrote."""
    copy = s.folder / "before.db"
    with contextlib.closing(sqlite3.connect(s.data / "turnpike.db")) as live, contextlib.closing(sqlite3.connect(copy)) as to:
        live.backup(to)
        return copy, live.execute("SELECT coalesce(max(n), 0) FROM inbox").fetchone()[0]


def messages_since(s, n, integration):
    with contextlib.closing(sqlite3.connect(s.data / "turnpike.db")) as db:
        rows = db.execute("SELECT head, body FROM inbox WHERE n > ? AND integration = ? AND verdict <> 'refused' ORDER BY n", (n, integration)).fetchall()
    return [(json.loads(head)["headers"], json.loads(head)["query"], body) for head, body in rows]


class Replica:
    """Another host on a copy of the store, beside the same sandbox."""

    def __init__(self, s, store, number):
        self.folder = s.folder / f"replica-{number}"
        shutil.copytree(s.data, self.folder, ignore=shutil.ignore_patterns("turnpike.db*", "run*", "*.lock"))
        shutil.copy(store, self.folder / "turnpike.db")
        self.host = Process([HOST, "serve", "--config", s.config, "--data", self.folder, "--listen", "127.0.0.1:0", "--sandbox-url", s.sandbox_url], s.folder / f"replica-{number}.log")
        self.url = self.host.ready_url()
        self.headers = {"Authorization": "Bearer " + s.token}

    def get(self, path):
        return request("GET", self.url + path, None, self.headers).json

    def tell(self, hook, message):
        headers, query, body = message
        path = urllib.parse.urlsplit(hook).path + ("?" + query if query else "")
        answer = request("POST", self.url + path, body, {name: value for name, value in headers if name.lower() not in ("host", "content-length", "connection")})
        assert answer.status // 100 == 2, (answer.status, answer.body)

    def close(self):
        self.host.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def state_of(payment, balances):
    return {name: payment[name] for name in COMPARED}, sorted((row["currency"], row["balance"]) for row in balances if float(row["balance"]))


def state(get, payment, customer):
    return state_of(get(f"/v1/payments/{payment['id']}"), get(f"/v1/customers/{customer}/balance")["balances"])


def ends_the_same(provider, integration, currency, amount, steps, begin=None, **more):
    """`steps`: what happens at the provider after the payment was made, each until the host has seen it."""
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, integration, currency, amount, **more)
        if begin:
            begin(s, payment)
        store, n = snapshot(s)
        for action, status, extra in steps:
            walk.act(s, provider, payment, action, **extra)
            if status:
                walk.settled(s, payment, status)
        wait_for("the messages to be delivered", lambda: s.control("GET", "/deliveries")["waiting"] == 0)
        hook = s.get(f"/v1/integrations/{integration}").json["webhook_url"]
        messages = messages_since(s, n, integration)
        assert len(messages) >= 2, f"{provider} sent {len(messages)} messages"
        s.post(f"/v1/payments/{payment['id']}/refresh")
        expected = state(lambda path: s.get(path).json, payment, customer)
        dice = random.Random(provider)
        for number in range(ORDERS):
            order = [m for m in messages for _ in range(dice.choice((1, 1, 2, 3)))]
            dice.shuffle(order)
            replica = Replica(s, store, number)
            try:
                for message in order:
                    replica.tell(hook, message)
                # Some messages make the host ask; and a fee may come later than what it is a fee of.
                request("POST", replica.url + f"/v1/payments/{payment['id']}/refresh", b"{}", replica.headers)
                wait_for(f"order {number} of {provider} to end as {expected}, not {state(replica.get, payment, customer)}", lambda: state(replica.get, payment, customer) == expected)
            finally:
                replica.close()


def test_stripe_in_any_order():
    ends_the_same("stripe", "stripe-main", "USD", "10.00",
                  [("pay", "succeeded", {}), ("refund", "partially_refunded", {"amount": 300}), ("dispute_open", "disputed", {}), ("dispute_won", "partially_refunded", {})])


def test_razorpay_in_any_order():
    ends_the_same("razorpay", "razorpay-main", "INR", "500.00", [("decline", None, {}), ("pay", "succeeded", {}), ("refund", "partially_refunded", {"amount": 15000})])


def test_paystack_in_any_order():
    ends_the_same("paystack", "paystack-main", "NGN", "10000.00", [("decline", None, {}), ("pay", "succeeded", {}), ("refund", "partially_refunded", {"amount": 150000})])


def test_paymongo_in_any_order():
    ends_the_same("paymongo", "paymongo-main", "PHP", "1000.00", [("decline", None, {}), ("pay", "succeeded", {}), ("refund", "partially_refunded", {"amount": 30000})])


def test_nowpayments_in_any_order():
    ends_the_same("nowpayments", "nowpayments-main", "USD", "170.00", [("pay", "succeeded", {}), ("refund", "refunded", {})], method="trx")


def test_emetec_in_any_order():
    ends_the_same("emetec", "emetec-main", "USD", "92.00", [("decline", None, {}), ("pay", "succeeded", {}), ("refund", None, {"amount": 2000})])


def test_paypal_express_in_any_order():
    ends_the_same("paypal_express", "paypal-main", "USD", "25.99", [("refund", "partially_refunded", {"amount": 1000}), ("refund", None, {"amount": 500})], begin=approve)


if __name__ == "__main__":
    sys.exit(run_all(globals()))
