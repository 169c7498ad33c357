"""Plugins of others: in workers, killed, crashing, quarantined, and left out in safe mode."""
import concurrent.futures
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import plugin_author
from alerts import fires
from harness import BUILD, HOST, Process, request, run_all, system, wait_for

SETTINGS = "settings: { api_key: acme_key_turnpike, webhook_key: acme_hook_turnpike }"
ZOO = BUILD / "tests" / "abi" / "zoo"


def config(directories, integrations):
    stripe = "{ id: stripe-main, provider: stripe, mode: test, currencies: [USD], settings: { private_key: sk_test_turnpike, webhook_secret: whsec_test_turnpike } }"
    lines = "".join(f"\n  - {one}" for one in [stripe, *integrations])
    return f"server: {{ environment: development, listen: \"127.0.0.1:0\" }}\nsandbox: {{ url: \"http://127.0.0.1:1\" }}\nplugins: {{ directories: [{', '.join(str(d) for d in directories)}] }}\nintegrations:{lines}\n"


def acme(name, provider="acme", more=""):
    return f"{{ id: {name}, provider: {provider}, mode: test, currencies: [USD], {more} {SETTINGS} }}"


def zoo(name):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-zoo-"))
    for one in name if isinstance(name, list) else [name]:
        shutil.copytree(ZOO / one, folder / one)
    return folder


def workers_of(s):
    """The pids of the host's workers, oldest first."""
    children = pathlib.Path(f"/proc/{s.host.process.pid}/task").glob("*/children")
    pids = [int(pid) for listed in children for pid in listed.read_text().split()]
    return sorted(pid for pid in pids if "turnpike-worker" in pathlib.Path(f"/proc/{pid}/cmdline").read_text())


def test_the_examples_in_c_and_cpp_are_paid_here_and_in_a_worker():
    directory = plugin_author.examples()
    ways = [acme("cpp-worker"), acme("cpp-here", more="isolation: in_process,"), acme("c-worker", "acme_c"), acme("c-here", "acme_c", "isolation: in_process,")]
    with system(config=config([directory], ways)) as s:
        customer = s.customer()
        paid = 0
        for way in ("cpp-worker", "cpp-here", "c-worker", "c-here"):
            payment = s.create(customer, integration=way)
            assert payment["next_action"]["type"] == "redirect", payment
            assert s.press(payment).status == 303
            s.wait_status(payment["id"], "succeeded")
            paid += 10
            assert s.balance(customer) == f"{paid}.00", way
            given_up = s.create(customer, integration=way)
            s.press(given_up, "cancel")
            s.wait_status(given_up["id"], "cancelled")
        s.verify_and_prove()
        assert {i["id"]: i["runs_in"] for i in s.get("/v1/integrations").json["data"]} == {"stripe-main": "host", "cpp-worker": "worker", "cpp-here": "host", "c-worker": "worker", "c-here": "host"}
        assert len(workers_of(s)) >= 2


def test_a_killed_worker_costs_nobody_a_payment():
    directory = plugin_author.examples()
    with system(config=config([directory], [acme("acme-main")])) as s:
        customer = s.customer()
        body = lambda integration: {"customer": customer, "integration": integration, "amount": "1.00", "currency": "USD", "return_url": "https://shop.example/back"}
        stop = time.monotonic() + 60
        killed = []

        def pay(n):
            return s.post("/v1/payments", body("acme-main"), key=f"killed-{n}")

        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            asked = [pool.submit(pay, n) for n in range(200)]
            while not all(one.done() for one in asked) and time.monotonic() < stop:
                for pid in workers_of(s)[:1]:
                    os.kill(pid, signal.SIGSEGV)
                    killed.append(pid)
                time.sleep(0.05)
            answers = [one.result() for one in asked]
        assert killed, "no worker was there to kill"
        assert {answer.status for answer in answers} <= {201, 202}, [answer.body for answer in answers if answer.status > 202][:3]
        for answer in answers:
            payment = wait_for("a page to pay on", lambda: (lambda p: p if p["next_action"] or p["status"] == "failed" else None)(s.post(f"/v1/payments/{answer.json['id']}/refresh").json if answer.status == 202 else answer.json))
            assert payment["status"] in ("pending", "requires_action"), payment
        made = s.post("/v1/payments", body("stripe-main"), key="stripe-after")
        assert made.status == 201, made.body
        assert s.host.process.poll() is None


def signed(body, key=b"acme_hook_turnpike"):
    return {"Zoo-Signature": hmac.new(key, body, hashlib.sha256).hexdigest(), "Content-Type": "application/json"}


def test_a_message_that_ends_its_reader_twice_is_parked_and_payments_go_on():
    directory = plugin_author.examples()
    strange = zoo("good")
    with system(config=config([directory, strange], [acme("acme-main"), acme("zoo-main", "good")])) as s:
        hook = s.get("/v1/integrations/zoo-main").json["webhook_url"]
        poison = json.dumps({"id": "crash", "reference": "r"}).encode()
        for _ in range(4):
            answer = request("POST", hook, poison, signed(poison))
            assert answer.status == 200, answer.body
        parked = wait_for("the message in the log", lambda: [row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["status"] == "poisoned"])
        assert len(parked) == 4 and "signal 6" in parked[0]["reason"], parked
        assert s.get("/v1/integrations/zoo-main").json["unavailable"] in (None, ""), "a message is no reason for quarantine"
        forged = json.dumps({"id": "crash", "reference": "r"}).encode()
        assert request("POST", hook, forged, signed(forged, b"another key")).status == 401
        customer = s.customer()
        payment = s.create(customer, integration="acme-main")
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")


def test_a_plugin_that_keeps_crashing_is_quarantined_and_named():
    strange = zoo("aborts")
    with system(config=config([strange], [acme("zoo-main", "aborts")])) as s:
        customer = s.customer()
        body = {"customer": customer, "integration": "zoo-main", "amount": "1.00", "currency": "USD", "return_url": "https://shop.example/back"}
        for n in range(3):
            answer = s.post("/v1/payments", body, key=f"crash-{n}")
            assert answer.status in (201, 202, 500, 502, 503), answer.body
        state = wait_for("quarantine", lambda: (lambda i: i if i["unavailable"] else None)(s.get("/v1/integrations/zoo-main").json))
        assert "quarantined" in state["unavailable"] and "signal 6" in state["unavailable"], state
        told = wait_for("the event", lambda: [e for e in s.get("/v1/events?limit=200").json["data"] if e["type"] == "plugin.quarantined"])
        assert told[0]["data"]["object"]["integration"] == "zoo-main" and fires(s, "TurnpikePluginQuarantined") and fires(s, "TurnpikeIntegrationUnavailable"), told
        assert s.post("/v1/payments", dict(body, integration="stripe-main"), key="fine").status == 201
        assert s.post("/v1/payments", body, key="late").status == 503


def test_safe_mode_starts_without_plugins_of_others_and_changes_nothing_of_theirs():
    directory = plugin_author.examples()
    with system(config=config([directory], [acme("acme-main")])) as s:
        customer = s.customer()
        payment = s.create(customer, integration="acme-main")
        s.host.stop()
        safe = Process([HOST, "serve", "--safe-mode", "--config", s.config, "--data", s.data, "--listen", f"127.0.0.1:{s.port}", "--sandbox-url", s.sandbox_url], s.folder / "safe.log")
        s.url = safe.ready_url()
        shown = s.get("/v1/integrations/acme-main").json
        assert "safe mode" in shown["unavailable"] and not workers_in(safe), shown
        assert s.payment(payment["id"])["status"] == payment["status"]
        assert s.create(customer)["status"] in ("pending", "requires_action")
        safe.stop()
        s.start()
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")


def workers_in(process):
    return [pid for listed in pathlib.Path(f"/proc/{process.process.pid}/task").glob("*/children") for pid in listed.read_text().split()]


NO_FILTERS = """
import ctypes, os, sys
lib = ctypes.CDLL("libseccomp.so.2")
lib.seccomp_init.restype = ctypes.c_void_p
filter = ctypes.c_void_p(lib.seccomp_init(0x7fff0000))
for name in (b"seccomp",):
    number = lib.seccomp_syscall_resolve_name(name)
    assert lib.seccomp_rule_add(filter, 0x00050000 | 1, number, 0) == 0
class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]
lib.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Compare)]
assert lib.seccomp_rule_add_array(filter, 0x00050000 | 1, lib.seccomp_syscall_resolve_name(b"prctl"), 1, (Compare * 1)(Compare(0, 4, 22, 0))) == 0
assert lib.seccomp_load(filter) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_where_no_filter_can_be_installed_no_worker_starts():
    directory = plugin_author.examples()
    with system(config=config([directory], [acme("acme-main")])) as s:
        s.host.stop()
        args = [sys.executable, "-c", NO_FILTERS, HOST, "serve", "--config", s.config, "--data", s.data, "--listen", f"127.0.0.1:{s.port}"]
        bare = Process(args, s.folder / "bare.log")
        s.url = bare.ready_url()
        shown = s.get("/v1/integrations/acme-main").json
        assert "no system call filter can be installed" in shown["unavailable"], shown
        assert s.get("/v1/integrations/stripe-main").json["unavailable"] in (None, "")
        bare.stop()


if __name__ == "__main__":
    code = run_all(globals())
    plugin_author.forget()
    sys.exit(code)
