"""Webhooks that are verified, durable and credited: the host, a Node service that does the same work on the same schema, and
SQLite alone with the same statements."""
import hashlib
import hmac
import json
import re
import subprocess
import time

from place import BUILD, ROOT, Installation, hook_of, reference, rss_mb, running

SECRET = "whsec_test_turnpike"


def event(n):
    intent = f"pi_{n:024d}"
    charge = {"id": f"ch_{n:024d}", "object": "charge", "amount": 1059, "amount_captured": 1059, "amount_refunded": 0, "captured": True, "currency": "usd", "disputed": False, "payment_intent": intent, "status": "succeeded",
              "balance_transaction": {"id": f"txn_{n:024d}", "object": "balance_transaction", "amount": 1059, "currency": "usd", "exchange_rate": None, "fee": 61, "net": 998, "status": "pending", "type": "charge"}}
    data = {"id": intent, "object": "payment_intent", "amount": 1059, "amount_capturable": 0, "amount_received": 1059, "currency": "usd", "latest_charge": charge, "livemode": False,
            "metadata": {"reference": reference(n)}, "status": "succeeded"}
    body = json.dumps({"id": f"evt_{n:024d}", "object": "event", "api_version": "2024-06-20", "created": int(time.time()), "data": {"object": data}, "livemode": False, "pending_webhooks": 1, "type": "payment_intent.succeeded"}, indent=2).encode()
    at = int(time.time())
    mac = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return body, f"t={at},v1={mac}"


def requests(url, first, count):
    host, target = re.match(r"http://([^/]+)(/.*)", url).groups()
    for n in range(first, first + count):
        body, signature = event(n)
        head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nStripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


def measure(args, place, url, table, column):
    """Every number of connections in turn, each with fresh events."""
    for i, connections in enumerate(args.connections):
        result = place.load(url, requests(url, args.payments + i * args.events, args.events), connections)
        table[f"webhooks/s at {connections}"][column] = result["per_s"]
        table[f"webhooks p50 at {connections}, ms"][column] = result["p50_ms"]
        table[f"webhooks p99 at {connections}, ms"][column] = result["p99_ms"]


def installation(args):
    return Installation(args.payments, args.events * len(args.connections), args.folder)


def bench_host(args, table):
    with installation(args) as place:
        began = time.monotonic()
        with place.host() as (process, url, token):
            table["start to ready, ms"]["us"] = round((time.monotonic() - began) * 1000)
            table["idle RSS, MB"]["us"] = rss_mb(process.pid)
            measure(args, place, hook_of(url, token), table, "us")
            table["RSS after these webhooks, MB"]["us"] = rss_mb(process.pid)
        place.check(args.events * len(args.connections))


def bench_peer(args, table, mode):
    with installation(args) as place:
        with running(["node", ROOT / "tests/bench/peer/peer.mjs", place.data / "turnpike.db", mode], place.folder / "peer.log") as (_, url):
            measure(args, place, url + "/hook", table, f"peer, {mode}")
        place.check(args.events * len(args.connections))


def bench_raw(args, table):
    """As many a commit as there are connections: more can never wait at once."""
    with installation(args) as place:
        for i, connections in enumerate(args.connections):
            first = args.payments + i * args.events
            done = subprocess.run([str(BUILD / "tests/bench/bench_raw"), place.data / "turnpike.db", str(first), str(args.events), str(connections)], capture_output=True, text=True, check=True)
            table[f"webhooks/s at {connections}"]["SQLite alone"] = json.loads(done.stdout)["per_s"]
        place.check(args.events * len(args.connections))
