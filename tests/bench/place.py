"""A host with a preloaded store, whoever else serves that store, the load on it, and what it costs."""
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build-release"))
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


def load(url, requests, connections):
    """Sends every request once; requests a second, p50 and p99 in ms, failures."""
    done = subprocess.run([str(BUILD / "tests/bench/bench_load"), re.match(r"http://[^/]+", url).group(0), str(requests), str(connections)], capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def write_requests(path, requests):
    """The file bench_load reads."""
    with open(path, "wb") as out:
        for one in requests:
            out.write(f"{len(one)}\n".encode() + one)


@contextlib.contextmanager
def running(args, log):
    """The process and its address, once it says that it is ready; ended with SIGTERM."""
    process = subprocess.Popen([str(a) for a in args], stdout=open(log, "wb"), stderr=open(str(log) + ".err", "wb"))
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r" ready (http://\S+)", pathlib.Path(log).read_text())):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(pathlib.Path(str(log) + ".err").read_text() or "it did not become ready")
            time.sleep(0.005)
        yield process, found.group(1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def status_of(pid, name):
    return int(re.search(name + r":\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def rss_mb(pid):
    return round(status_of(pid, "VmRSS") / 1024, 1)


class Installation:
    """A data directory whose store holds `old` payments that are over and `fresh` ones that wait for their webhook."""

    def __init__(self, old, fresh, folder=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-bench-", dir=folder))
        self.config = self.folder / "t.yaml"
        self.config.write_text(CONFIG)
        self.data = self.folder / "var"
        for command in (["secret", "init"], ["migrate"]):
            subprocess.run([str(BUILD / "host/turnpike"), *command, "--config", str(self.config), "--data", str(self.data)], check=True, capture_output=True)
        preload(self.data / "turnpike.db", old, fresh)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def host(self, *more):
        """The host: its process, its address and its first token."""
        with running([BUILD / "host/turnpike", "serve", "--config", self.config, "--data", self.data, *more], self.folder / "host.log") as (process, url):
            yield process, url, (self.data / "api-token").read_text().strip()

    def load(self, url, requests, connections):
        write_requests(self.folder / "requests", requests)
        return load(url, self.folder / "requests", connections)

    def check(self, credited):
        con = sqlite3.connect(self.data / "turnpike.db")
        minor = con.execute("SELECT sum(balance) FROM balances").fetchone()[0]
        if minor != credited * 1000:
            raise SystemExit(f"{minor} was credited, {credited * 1000} expected")


def hook_of(url, token):
    asked = urllib.request.Request(url + "/v1/integrations/bench", headers={"Authorization": "Bearer " + token})
    return json.load(urllib.request.urlopen(asked))["webhook_url"]
