"""Ends the host at named moments of a webhook's life and makes the system refuse, and compares with the sandbox's ledger
afterwards.  The moments are calls of the host into the C library (points.c); two are made from outside.
Usage: points.py [--kills N] [RESULTS]"""
import argparse
import errno
import http.server
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import ROOT, System, wait_for  # noqa: E402
from load import Load, compare  # noqa: E402

POINTS = {"socket_accepted": 40, "message_read": 12, "inside_plugin": 12, "after_verify": 12, "before_commit": 60, "inside_commit": 60, "before_sync": 40, "after_sync": 40,
          "before_answer": 40, "after_answer": 40, "checkpoint": 30}
FROM_OUTSIDE = ["half_head", "half_body", "during_delivery", "after_the_peers_answer"]


class Faulty(System):
    """A host with points.so before it; the file `orders` says what it does."""

    def __init__(self, library):
        self.library = library
        self.orders = pathlib.Path(tempfile.mkstemp(prefix="turnpike-orders-")[1])
        config = (ROOT / "config" / "turnpike.yaml").read_text() + '\nevents: { allow_private: ["127.0.0.0/8"] }\n'
        super().__init__(config=config, store="sqlite:var/turnpike.db")

    def start(self):
        self.orders.write_text("")
        os.environ.update(LD_PRELOAD=str(self.library), TURNPIKE_FAULT=str(self.orders), TURNPIKE_FAULT_STORE=str(self.data / "turnpike.db"))
        try:
            super().start()
        finally:
            del os.environ["LD_PRELOAD"]

    def close(self):
        super().close()
        self.orders.unlink()


def compiled():
    out = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-points-")) / "points.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", out, pathlib.Path(__file__).with_name("points.c"), "-ldl"], check=True)
    return out


def dead(system, seconds):
    until = time.monotonic() + seconds
    while system.host.process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    return system.host.process.poll() is not None


def half_a_message(system, part):
    """The head or the body breaks off, and so does the host."""
    hook = system.get("/v1/integrations/stripe-main").json["webhook_url"].split(system.url)[1]
    whole = f"POST {hook} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{{\"id\":\"evt".encode()
    with socket.create_connection(("127.0.0.1", system.port)) as link:
        link.sendall(whole if part == "half_body" else whole[:40])
        time.sleep(random.uniform(0, 0.02))
        system.host.stop(signal.SIGKILL)


class Receiver:
    """An endpoint of ours that ends the host while it delivers, or right after it was answered 200."""

    def __init__(self, system, when):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                handler.rfile.read(int(handler.headers["Content-Length"]))
                if when == "during_delivery":
                    system.host.process.kill()
                handler.send_response(200)
                handler.end_headers()
                if when == "after_the_peers_answer":
                    system.host.process.kill()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        made = system.post("/v1/webhook-endpoints", {"url": f"http://127.0.0.1:{self.server.server_port}/", "mode": "test"})
        assert made.status == 201, made.body
        self.id = made.json["id"]

    def close(self, system):
        self.server.shutdown()
        self.server.server_close()
        assert system.api("DELETE", f"/v1/webhook-endpoints/{self.id}").status in (200, 204)


def kill_at(system, point, kills):
    """How often the host really died there; it is started again each time."""
    died = 0
    for _ in range(kills):
        time.sleep(random.uniform(0, 0.1))
        if point in ("half_head", "half_body"):
            half_a_message(system, point)
        elif point in FROM_OUTSIDE:
            receiver = Receiver(system, point)
        else:
            system.orders.write_text(f"kill {point} {random.randint(1, POINTS[point])}")
        died += dead(system, 20)
        system.host.stop(signal.SIGKILL)
        began = time.monotonic()
        system.start()
        assert time.monotonic() - began < 15, "ready again in time, also on a busy machine"
        if point in FROM_OUTSIDE[2:]:
            receiver.close(system)
    return died


def run_kills(library, kills):
    system = Faulty(library)
    lines, trials = [], []
    try:
        load = Load(system, system.customer())
        with load:
            for point in [*POINTS, *FROM_OUTSIDE]:
                died = kill_at(system, point, kills)
                trials.append(f"TRIALS the host ends at {point} | {kills} | 0")
                lines.append(f"{'PASSED' if died == kills else 'FAILED'} {kills} ends at {point}" + ("" if died == kills else f": only {died} happened"))
        paid = compare(system, load.customer)
        print(f"   {paid} payments, {kills} ends at each of {len(lines)} points: nothing lost, nothing doubled")
        return [*lines, *trials, "PASSED the books equal the provider's after all of them"]
    finally:
        system.close()


REFUSALS = {"the disk is full": ("pwrite", errno.ENOSPC), "the disk fails to write": ("pwrite", errno.EIO), "no descriptor is left": ("accept", errno.EMFILE)}


def run_refusals(library):
    """While the system refuses, nothing is answered 2xx that is not kept; afterwards all goes on by itself."""
    lines = []
    for what, (call, code) in REFUSALS.items():
        system = Faulty(library)
        try:
            load = Load(system, system.customer())
            with load:
                for _ in range(3):
                    time.sleep(0.3)
                    system.orders.write_text(f"fail {call} {code}")
                    time.sleep(0.5)
                    system.orders.write_text("")
                    wait_for("the host to answer again", lambda: answers(system))
                assert system.host.process.poll() is None, "the host goes on"
            compare(system, load.customer)
            lines.append(f"PASSED while {what} nothing is lost and nothing doubled")
        except AssertionError as error:
            lines.append(f"FAILED while {what} nothing is lost and nothing doubled: {error}")
        finally:
            system.close()
    return lines + run_lost_disk(library)


def answers(system):
    try:
        return system.post("/v1/customers", {"name": "again"}).status == 201
    except OSError:
        return False


def run_lost_disk(library):
    """A log that cannot be synced may be lost: the host ends rather than promise, and starts clean."""
    system = Faulty(library)
    try:
        load = Load(system, system.customer())
        with load:
            time.sleep(0.3)
            system.orders.write_text(f"fail fdatasync {errno.EIO}")
            ended = dead(system, 20) and system.host.process.returncode == 3
            system.host.stop(signal.SIGKILL)
            system.start()
        compare(system, load.customer)
        return [("PASSED" if ended else "FAILED") + " a log that cannot be synced ends the host with code 3, and nothing is lost"]
    finally:
        system.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("results", nargs="?")
    args = parser.parse_args()
    random.seed(args.seed)
    library = compiled()
    lines = []
    for part in (lambda: run_kills(library, args.kills), lambda: run_refusals(library)):
        try:
            lines += part()
        except AssertionError as error:
            lines.append(f"FAILED faults at named points, seed {args.seed}: {error}")
    with open(args.results, "a") if args.results else sys.stdout as out:
        print("\n".join(lines), file=out)
    return 1 if any(line.startswith("FAILED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
