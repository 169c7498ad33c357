"""Measures the host beside a Node service that does the same work on the same schema.

    python3 tests/bench/bench.py [--payments 1000000] [--events 60000] [--connections 32 64] [--skip-peer]

Needs a Release build (tools/run makes it), wrk, and for the peer: cd tests/bench/peer && npm ci.  Prints one table.
Every event is fresh, verified, durable (fsync on) and credited; afterwards every balance is checked."""
import argparse
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build-release"))
SECRET = "whsec_test_turnpike"
CONFIG = """
server: { environment: development, listen: "127.0.0.1:0" }
integrations:
  - { id: bench, provider: stripe, mode: test, currencies: [USD], settings: { private_key: sk_test_turnpike, webhook_secret: whsec_test_turnpike } }
"""


def reference(n):
    return hashlib.sha256(f"ref{n}".encode()).hexdigest()[:16]


def preload(db, old, fresh):
    """`old` payments that are over and `fresh` ones that wait for their webhook, written as the host writes them."""
    con = sqlite3.connect(db)
    con.execute("PRAGMA synchronous=OFF")
    state = '{"facts":[{"currency":"USD","mode":"test"}]}'
    done = '{"facts":[{"currency":"USD","mode":"test","captured":1059,"posted":[998,-1000,-59,61,0]}]}'
    request = '{"return_url":"https://shop.example/","terms":{"fee_source":true}}'

    def rows():
        for n in range(old + fresh):
            over = n < old
            yield (f"pay_{n:026d}", reference(n), f"cus_{n % 10000}", "succeeded" if over else "pending", request, done if over else state, 1_700_000_000_000 + n)

    con.executemany("INSERT INTO payments (id, reference, origin, integration, provider, mode, scope, customer, currency, amount, surcharge, total, status, outcome, request, state, created_at, updated_at)"
                    " SELECT ?1, ?2, 'requested', 'bench', 'stripe', 'test', 'bench', ?3, 'USD', 1000, 59, 1059, ?4, 'known', ?5, ?6, ?7, ?7", rows())
    con.executemany("INSERT INTO effects VALUES ('stripe', 'test', 'bench', 'capture', ?, ?, 1059, 'USD', 1)", ((f"pi_old{n}", n + 1) for n in range(old)))
    con.executemany("INSERT INTO customers (id, created_at, updated_at) VALUES (?, 1, 1)", ((f"cus_{n}",) for n in range(10000)))
    con.commit()
    con.close()


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


def write_requests(path, url, first, count):
    host, target = re.match(r"http://([^/]+)(/.*)", url).groups()
    with open(path, "wb") as out:
        for n in range(first, first + count):
            body, signature = event(n)
            head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nStripe-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
            one = head.encode() + body
            out.write(f"{len(one)}\n".encode() + one)


def load(url, requests, connections):
    """Sends every request once; requests a second, p50 and p99 in ms, failures."""
    done = subprocess.run([str(BUILD / "tests/bench/bench_load"), re.match(r"http://[^/]+", url).group(0), str(requests), str(connections)], capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def start(args, log):
    process = subprocess.Popen([str(a) for a in args], stdout=open(log, "wb"), stderr=open(str(log) + ".err", "wb"))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = re.search(r" ready (http://\S+)", pathlib.Path(log).read_text())
        if found:
            return process, found.group(1)
        if process.poll() is not None:
            raise SystemExit(pathlib.Path(str(log) + ".err").read_text())
        time.sleep(0.005)
    raise SystemExit("it did not become ready")


def rss_mb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


class Installation:
    """A data directory with a preloaded store, for whichever program serves it."""

    def __init__(self, args):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-bench-", dir=args.folder))
        self.config = self.folder / "t.yaml"
        self.config.write_text(CONFIG)
        self.data = self.folder / "var"
        for command in (["secret", "init"], ["migrate"]):
            subprocess.run([str(BUILD / "host/turnpike"), *command, "--config", str(self.config), "--data", str(self.data)], check=True, capture_output=True)
        self.fresh = args.payments
        self.total = args.payments + args.events * len(args.connections)
        preload(self.data / "turnpike.db", args.payments, self.total - args.payments)

    def measure(self, url, events, connections):
        requests = self.folder / "requests"
        write_requests(requests, url, self.fresh, events)
        self.fresh += events
        return load(url, requests, connections)

    def check(self, events):
        con = sqlite3.connect(self.data / "turnpike.db")
        credited = con.execute("SELECT sum(balance) FROM balances").fetchone()[0]
        if credited != events * 1000:
            raise SystemExit(f"{credited} was credited, {events * 1000} expected")

    def drop(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def bench_host(args, table):
    place = Installation(args)
    began = time.monotonic()
    host, url = start([BUILD / "host/turnpike", "serve", "--config", place.config, "--data", place.data], place.folder / "host.log")
    table["start to ready, ms"] = {"us": round((time.monotonic() - began) * 1000)}
    table["idle RSS, MB"] = {"us": round(rss_mb(host.pid), 1)}
    token = (place.data / "api-token").read_text().strip()
    asked = urllib.request.Request(url + "/v1/integrations/bench", headers={"Authorization": "Bearer " + token})
    hook = json.load(urllib.request.urlopen(asked))["webhook_url"]
    for connections in args.connections:
        result = place.measure(hook, args.events, connections)
        table[f"webhooks/s at {connections}"] = {"us": result["per_s"]}
        table[f"webhooks p99 at {connections}, ms"] = {"us": result["p99_ms"]}
    table["RSS after load, MB"] = {"us": round(rss_mb(host.pid), 1)}
    host.send_signal(signal.SIGTERM)
    host.wait(60)
    place.check(args.events * len(args.connections))
    place.drop()


def bench_peer(args, table, name, mode):
    place = Installation(args)
    peer, url = start(["node", ROOT / "tests/bench/peer/peer.mjs", place.data / "turnpike.db", mode], place.folder / "peer.log")
    for connections in args.connections:
        result = place.measure(url + "/hook", args.events, connections)
        table[f"webhooks/s at {connections}"][name] = result["per_s"]
        table[f"webhooks p99 at {connections}, ms"][name] = result["p99_ms"]
    peer.send_signal(signal.SIGTERM)
    peer.wait(60)
    place.check(args.events * len(args.connections))
    place.drop()


def show(table, columns):
    print("| measure | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(str(row.get(c, "")) for c in columns) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[32, 64])
    parser.add_argument("--folder", default=None, help="on the disk that is to be measured")
    parser.add_argument("--skip-peer", action="store_true")
    args = parser.parse_args()
    table = {}
    bench_host(args, table)
    columns = ["us"]
    if not args.skip_peer:
        for name, mode in (("peer, batched", "batched"), ("peer, plain", "plain")):
            bench_peer(args, table, name, mode)
            columns.append(name)
    show(table, columns)


main()
