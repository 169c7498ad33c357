"""Starts a sandbox and a host of their own, on ports of their own, and speaks to both.  Standard library only."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build-test"))
HOST = BUILD / "host" / "turnpike"
SANDBOX = BUILD / "tools" / "sandbox" / "turnpike-sandbox"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


def request(method, url, body=None, headers=None, timeout=30):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with OPENER.open(asked, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


def wait_for(what, check, seconds=20):
    """Asks until the check gives something true; the deadline is for a broken system, not for luck."""
    until = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    def __init__(self, args, log):
        self.log = log
        self.process = subprocess.Popen([str(a) for a in args], stdout=open(log, "wb"), stderr=open(str(log) + ".err", "wb"))

    def ready_url(self):
        def look():
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {pathlib.Path(str(self.log) + '.err').read_text()}")
            found = re.search(r" ready (http://\S+)", pathlib.Path(self.log).read_text())
            return found and found.group(1)
        return wait_for("readiness", look)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        return self.process.returncode


# Providers that share an emulator, and those of tests that have none.
EMULATORS = {"acme_c": "acme", "good": None, "aborts": None}


class System:
    """One sandbox, one host, one data directory."""

    def __init__(self, config=None, seed=1, store=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-functional-"))
        self.data = self.folder / "var"
        self.config = self.folder / "turnpike.yaml"
        self.config.write_text((config or (ROOT / "config" / "turnpike.yaml").read_text()) + self.store_line(store))
        shutil.copytree(ROOT / "config" / "scripts", self.folder / "scripts")
        self.keys = 0
        self.sandbox = Process([SANDBOX, "--port", "0", "--seed", seed], self.folder / "sandbox.log")
        self.sandbox_url = self.sandbox.ready_url()
        self.host = None
        self.port = 0
        if self.shared_store:
            self.data.mkdir(0o700)
            assert self.command("migrate").returncode == 0
            self.port = free_port()  # a host that lost the store begins anew, where it was
        self.start()
        self.register_hooks()

    def store_line(self, store):
        """The default, SQLite; or a store by its URL; or, with TURNPIKE_TEST_POSTGRES, a schema of that database."""
        server = os.environ.get("TURNPIKE_TEST_POSTGRES")
        if not store and server:
            schema = f"functional_{os.getpid()}_{time.monotonic_ns()}"
            subprocess.run(["psql", server, "-qc", f"CREATE SCHEMA {schema}"], check=True)
            store = f"{server}?options=-csearch_path%3D{schema}"
        self.shared_store = (store or "").startswith("postgresql:")
        return f'\nstore: "{store}"\n' if store else ""

    def start(self):
        self.host = Process([HOST, "serve", "--config", self.config, "--data", self.data, "--listen", f"127.0.0.1:{self.port}", "--sandbox-url", self.sandbox_url], self.folder / "host.log")
        self.url = self.host.ready_url()
        # A restart keeps its port, as a real installation keeps its name: hooks lead there.
        self.port = int(self.url.rsplit(":", 1)[1])
        self.token = (self.data / "api-token").read_text().strip()

    def register_hooks(self):
        for integration in self.get("/v1/integrations").json["data"]:
            if integration["webhook_url"] is None:
                continue
            emulator = EMULATORS.get(integration["provider"], integration["provider"])
            if emulator:
                self.control("PUT", f"/{emulator}/hook", {"id": integration["id"], "url": integration["webhook_url"]})

    def api(self, method, path, body=None, headers=None, key=None):
        sent = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json", **(headers or {})}
        if key:
            sent["Idempotency-Key"] = key
        return request(method, self.url + path, body, sent)

    def get(self, path):
        return self.api("GET", path)

    def post(self, path, body=None, key=None):
        return self.api("POST", path, body if body is not None else {}, key=key)

    def fresh_key(self):
        self.keys += 1
        return f"key-{self.keys}-{time.monotonic_ns()}"

    def control(self, method, path, body=None):
        answer = request(method, self.sandbox_url + "/_sandbox" + path, body, {"X-Sandbox": "1"})
        assert answer.status == 200, answer.body
        return answer.json

    def customer(self, name="Ada"):
        answer = self.post("/v1/customers", {"name": name})
        assert answer.status == 201, answer.body
        return answer.json["id"]

    def create(self, customer, amount="10.00", integration="stripe-main", **more):
        body = {"customer": customer, "integration": integration, "amount": amount, "currency": "USD", "return_url": "https://shop.example/back", **more}
        answer = self.post("/v1/payments", body, key=self.fresh_key())
        assert answer.status == 201, answer.body
        return answer.json

    def press(self, payment, button="pay"):
        return request("POST", payment["next_action"]["url"] + "/" + button, b"")

    def payment(self, payment_id):
        return self.get(f"/v1/payments/{payment_id}").json

    def wait_status(self, payment_id, status):
        return wait_for(f"{payment_id} to be {status}", lambda: (lambda p: p if p["status"] == status else None)(self.payment(payment_id)))

    def balance(self, customer, currency="USD"):
        for row in self.get(f"/v1/customers/{customer}/balance").json["balances"]:
            if row["currency"] == currency:
                return row["balance"]
        return "0.00"

    def command(self, *args):
        return subprocess.run([str(HOST), *args, "--config", str(self.config), "--data", str(self.data)], capture_output=True, text=True, timeout=120)

    def verify_and_prove(self):
        verified = self.command("ledger", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        proved = self.command("prove")
        assert proved.returncode == 0, proved.stdout + proved.stderr

    def close(self):
        self.host.stop()
        self.sandbox.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def system(**options):
    made = System(**options)
    try:
        yield made
    finally:
        made.close()


def run_all(names):
    """Runs every test_* of a module; writes results where the first argument says."""
    out = open(sys.argv[1], "a") if len(sys.argv) > 1 else sys.stdout
    failed = 0
    for name, test in sorted(names.items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            print(f"PASSED {name}", file=out)
        except Exception as error:  # every failure is reported, then the next test runs
            failed += 1
            traceback.print_exc()
            print(f"FAILED {name}: {str(error)[:300]}".replace("\n", " "), file=out)
    return 1 if failed else 0
