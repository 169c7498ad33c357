"""One PostgreSQL database, several hosts: one answers, the others stand by; nothing answered is lost."""
import concurrent.futures
import contextlib
import json
import pathlib
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

import postgres
from harness import HOST, ROOT, Process, System, free_port, request, run_all, system, wait_for


@contextlib.contextmanager
def shared(url, config=None):
    made = System(config=config, store=url)
    try:
        yield made
    finally:
        made.close()


def state(url):
    """What a load balancer sees: ready, standby, or None while nobody answers."""
    try:
        return request("GET", url + "/readyz", timeout=2).json["status"]
    except OSError:
        return None


class Peer:
    """A further host of the same installation: its own data folder with the same key."""

    def __init__(self, s):
        self.s, self.port = s, free_port()
        self.data = pathlib.Path(str(s.data) + f"-{self.port}")
        shutil.copytree(s.data, self.data)
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.host = Process([HOST, "serve", "--config", self.s.config, "--data", self.data, "--listen", f"127.0.0.1:{self.port}", "--sandbox-url", self.s.sandbox_url], self.data / "host.log")
        wait_for("the door of the peer", lambda: state(self.url))


@contextlib.contextmanager
def peers_of(s, count):
    made = []
    try:
        for _ in range(count):
            made.append(Peer(s))
        yield made
    finally:
        for peer in made:
            peer.host.process.send_signal(signal.SIGCONT)
            peer.host.stop()


def hook_url(s, url):
    """Messages go where a load balancer would send them."""
    path = s.get("/v1/integrations/stripe-main").json["webhook_url"].split("/hooks/")[1]
    s.control("PUT", "/stripe/hook", {"id": "stripe-main", "url": f"{url}/hooks/{path}"})


def pay(s, customer):
    payment = s.create(customer)
    s.press(payment)
    return s.wait_status(payment["id"], "succeeded")


def test_a_payment_goes_its_whole_way_and_the_books_verify():
    with postgres.server() as db, shared(db.url) as s:
        customer = s.customer("Łukasz O'Neil")
        payment = pay(s, customer)
        assert s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "4.00"}, key="r1").status == 201
        wait_for("the refund", lambda: s.balance(customer) == "6.00")
        s.verify_and_prove()
        s.host.stop()
        s.start()
        assert s.balance(customer) == "6.00" and s.payment(payment["id"])["status"] == "partially_refunded"


def statements():
    """Every statement that stands whole in the host's code: (file, text)."""
    call = re.compile(r'\b(?:query|run|last_of)\((?:tx\.db, |db, )?\s*((?:"(?:[^"\\\\]|\\\\.)*"\s*)+)\s*[,)]')
    for file in sorted((ROOT / "host").rglob("*.cpp")):
        for found in call.finditer(file.read_text()):
            text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
            if re.match(r"(SELECT|INSERT|UPDATE|DELETE)\b", text) and "sqlite_master" not in text and "to_regclass" not in text:
                yield file.relative_to(ROOT), text


def test_every_statement_of_the_host_is_understood():
    with postgres.server() as db, shared(db.url) as s:
        found = list(statements())
        assert len(found) > 150, len(found)
        script = "".join(f"PREPARE s{n} AS {text};\n" for n, (_, text) in enumerate(found))
        (s.folder / "all.sql").write_text(script)
        said = subprocess.run(["psql", db.url, "-qf", s.folder / "all.sql"], capture_output=True, text=True).stderr
        wrong = [f"{found[int(line) - 1][0]}: {why}" for line, why in re.findall(r"all\.sql:(\d+): ERROR:  (.*)", said)]
        assert not wrong, "\n".join(wrong)


def test_a_database_without_the_schema_is_refused_and_migrate_makes_it_once():
    with postgres.server() as db, shared(db.url) as s:
        db.sql("CREATE DATABASE empty")
        s.host.stop()
        s.config.write_text(s.config.read_text().replace("/app\"", "/empty\""))
        refused = s.command("serve", "--listen", "127.0.0.1:0")
        assert refused.returncode == 4 and "run turnpike migrate" in refused.stderr, refused
        both = [subprocess.Popen([str(HOST), "migrate", "--config", str(s.config), "--data", str(s.data)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [p.communicate(timeout=60)[0] for p in both]
        assert [p.returncode for p in both] == [0, 0] and said[0] == said[1] and said[0].startswith("schema "), said
        s.start()
        assert s.customer()
        away = s.config.read_text()
        s.host.stop()
        s.config.write_text(away.replace("postgresql://app@", "postgresql://app:hunter22@").replace(f":{db.port}/", f":{free_port()}/"))
        nobody = s.command("serve", "--listen", "127.0.0.1:0")
        assert nobody.returncode == 3 and "hunter22" not in nobody.stderr + nobody.stdout, nobody
        s.config.write_text(away)
        s.start()


def metric(url, name):
    return float(re.search(rf"^{name} (\S+)$", request("GET", url + "/metrics").body.decode(), re.M).group(1))


def test_a_second_host_stands_by_and_takes_over_when_the_first_is_killed():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,):
        customer = s.customer()
        pay(s, customer)
        assert state(peer.url) == "standby"
        refused = request("GET", peer.url + "/v1/payments", None, {"Authorization": "Bearer " + s.token})
        assert refused.status == 503 and refused.json["code"] == "standby" and refused.headers["Retry-After"] == "1", refused.body
        assert metric(s.url, "turnpike_active") == 1 and metric(peer.url, "turnpike_active") == 0
        left_open = s.create(customer)
        s.host.stop(signal.SIGKILL)
        began = time.monotonic()
        wait_for("the peer to take over", lambda: state(peer.url) == "ready")
        print(f"     taken over after {time.monotonic() - began:.1f} s", file=sys.stderr)
        s.url = peer.url
        hook_url(s, peer.url)
        s.press(left_open)
        s.wait_status(left_open["id"], "succeeded")
        assert s.balance(customer) == "20.00"
        s.verify_and_prove()


def test_a_payment_a_killed_host_had_asked_for_is_made_by_the_next_under_its_own_address():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,), concurrent.futures.ThreadPoolExecutor(1) as pool:
        body = {"customer": s.customer(), "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/back"}
        headers = {"Authorization": "Bearer " + s.token, "Content-Type": "application/json", "Idempotency-Key": "begun"}
        # The provider has it, and its answer never comes.
        s.control("PUT", "/stripe/dials", {"fail_next": "timeout_after_commit"})
        lost = pool.submit(lambda: request("POST", s.url + "/v1/payments", body, headers))
        wait_for("the provider to have it", lambda: not s.control("GET", "/stripe/dials").get("fail_next"))
        s.host.stop(signal.SIGKILL)
        wait_for("the request to be lost", lambda: isinstance(lost.exception(), OSError))
        wait_for("the peer to take over", lambda: state(peer.url) == "ready")
        made = request("POST", peer.url + "/v1/payments", body, headers)
        assert made.status == 201 and made.json["next_action"], made.body


def test_a_standby_ends_when_it_is_told_to():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,):
        assert peer.host.stop() == 0
        assert s.customer()


def test_a_frozen_host_is_replaced_and_stands_by_when_it_wakes():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,):
        customer, first = s.customer(), s.url
        pay(s, customer)
        wait_for("the messages to be delivered", lambda: s.control("GET", "/deliveries")["waiting"] == 0)
        s.host.process.send_signal(signal.SIGSTOP)
        try:
            wait_for("the peer to take over", lambda: state(peer.url) == "ready", 30)
            s.url = peer.url
            hook_url(s, peer.url)
            pay(s, customer)
        finally:
            s.host.process.send_signal(signal.SIGCONT)
        wait_for("the first to stand by", lambda: state(first) == "standby", 30)
        assert s.balance(customer) == "20.00"
        peer.host.stop(signal.SIGKILL)
        wait_for("the first to take it back", lambda: state(first) == "ready", 30)
        s.url = first
        assert s.balance(customer) == "20.00"
        s.verify_and_prove()


def test_a_frozen_host_that_was_told_to_end_ends_when_it_wakes():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,):
        s.host.process.send_signal(signal.SIGSTOP)
        try:
            wait_for("the peer to take over", lambda: state(peer.url) == "ready", 30)
            s.host.process.send_signal(signal.SIGTERM)
        finally:
            s.host.process.send_signal(signal.SIGCONT)
        assert s.host.process.wait(30) == 0


def test_what_a_frozen_host_was_asked_meanwhile_is_not_written_beside_the_new_one():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 1) as (peer,):
        first = s.url
        s.host.process.send_signal(signal.SIGSTOP)
        headers = {"Authorization": "Bearer " + s.token, "Content-Type": "application/json"}
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            # Lies in the frozen host's socket until it wakes.
            late = pool.submit(lambda: request("POST", first + "/v1/customers", {"id": "late"}, headers, timeout=60))
            wait_for("the peer to take over", lambda: state(peer.url) == "ready", 30)
            s.host.process.send_signal(signal.SIGCONT)
            with contextlib.suppress(OSError):
                assert late.result().status == 503, late.result().body
        wait_for("the first to stand by", lambda: state(first) == "standby", 30)
        s.url = peer.url
        assert s.get("/v1/customers/late").status == 404


class Load:
    """Creates and pays until it is stopped; remembers what was answered, repeats with the same key what was not."""

    def __init__(self, s, url):
        self.s, self.url, self.made, self.refused, self.stop = s, url, {}, 0, False
        self.customer = s.customer("Load")
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(4)]
        for thread in self.threads:
            thread.start()

    def run(self, n):
        count = 0
        while not self.stop:
            key, count = f"load-{n}-{count}", count + 1
            body = {"customer": self.customer, "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/back"}
            headers = {"Authorization": "Bearer " + self.s.token, "Content-Type": "application/json", "Idempotency-Key": key}
            while key not in self.made and not self.stop:
                try:
                    answer = request("POST", self.url + "/v1/payments", body, headers, timeout=30)
                except OSError:
                    answer = None
                if answer and answer.status in (201, 202):
                    self.made[key] = answer.json["id"]
                else:
                    assert not answer or answer.status >= 500 or answer.status == 409, answer.body
                    self.refused += 1
                    time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop = True
        for thread in self.threads:
            thread.join()

    def goes_on(self):
        before = len(self.made)
        wait_for("more payments", lambda: len(self.made) > before + 30, 40)

    def check(self):
        """Every payment that was answered is there, and no more than those whose answer nobody waited for."""
        assert len(self.made) > 20 and len(set(self.made.values())) == len(self.made)
        for payment_id in self.made.values():
            assert self.s.payment(payment_id)["id"] == payment_id
        listed, after = set(), ""
        while True:
            page = self.s.get(f"/v1/payments?customer={self.customer}&limit=200{after and '&after=' + after}").json
            listed |= {row["id"] for row in page["data"]}
            if not page["next"]:
                break
            after = page["next"]
        assert set(self.made.values()) <= listed and len(listed) - len(self.made) <= len(self.threads), f"{len(listed)} payments for {len(self.made)} keys"
        print(f"     {len(self.made)} payments answered, {self.refused} tries refused meanwhile", file=sys.stderr)
        some = list(self.made.values())[-10:]
        for payment_id in some:
            self.s.press(wait_for("the hosted page", lambda: (lambda p: p if p["next_action"] else None)(self.s.payment(payment_id))))
        for payment_id in some:
            self.s.wait_status(payment_id, "succeeded")
        self.s.verify_and_prove()


def test_a_database_that_is_restarted_under_load_loses_no_answered_payment():
    with postgres.server() as db, shared(db.url) as s:
        with Load(s, s.url) as load:
            for _ in range(3):
                load.goes_on()
                db.kill()
                db.start()
            load.goes_on()
        load.check()


def test_a_primary_that_dies_is_replaced_by_its_standby_and_loses_no_answered_payment():
    with postgres.server() as db, postgres.server(db) as second:
        # Answered means on both machines: without this no failover can promise anything.
        db.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        db.sql("SELECT pg_reload_conf()")
        both = f"postgresql://app@127.0.0.1:{db.port},127.0.0.1:{second.port}/app"
        with shared(both) as s:
            with Load(s, s.url) as load:
                load.goes_on()
                db.kill()
                second.promote()
                load.goes_on()
            load.check()


class Cut(socketserver.ThreadingTCPServer):
    """Stands between host and database; when told to, lets the next COMMIT through and cuts before its answer."""
    daemon_threads, allow_reuse_address = True, True

    def __init__(self, port):
        self.target, self.armed, self.cuts = port, False, 0
        super().__init__(("127.0.0.1", 0), CutLink)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class CutLink(socketserver.BaseRequestHandler):
    def handle(self):
        with socket.create_connection(("127.0.0.1", self.server.target)) as database:
            self.cut = False
            back = threading.Thread(target=self.answers, args=(database,), daemon=True)
            back.start()
            while data := self.request.recv(65536):
                if self.server.armed and b"COMMIT\0" in data:
                    self.server.armed, self.cut = False, True
                database.sendall(data)
            back.join(5)

    def answers(self, database):
        while data := database.recv(65536):
            if self.cut:  # the database has committed; nobody hears of it
                self.server.cuts += 1
                break
            self.request.sendall(data)
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)


def test_a_commit_whose_answer_is_lost_is_found_out_and_neither_lost_nor_doubled():
    with postgres.server() as db, contextlib.closing(Cut(db.port)) as cut:
        cut.close = cut.server_close
        with shared(f"postgresql://app@127.0.0.1:{cut.server_address[1]}/app") as s:
            customer = s.customer()
            entry = lambda kind, amount, key: s.post(f"/v1/customers/{customer}/entries", {"type": kind, "amount": amount, "currency": "USD", "mode": "test"}, key=key)
            assert entry("opening", "100.00", "opening").status == 201
            for n in range(1, 6):
                cut.armed = True
                answer = entry("usage", "1.00", f"usage-{n}")
                assert answer.status == 201, answer.body
                wait_for("the cut", lambda: cut.cuts >= n)
                assert s.balance(customer) == f"{100 - n}.00"
            assert cut.cuts == 5
            s.verify_and_prove()


def test_three_hosts_behind_a_load_balancer_go_on_when_one_dies_and_one_freezes():
    with postgres.server() as db, shared(db.url) as s, peers_of(s, 2) as peers, haproxy([s.url] + [p.url for p in peers]) as front:
        hook_url(s, front)
        with Load(s, front) as load:
            load.goes_on()
            s.host.stop(signal.SIGKILL)
            load.goes_on()
            active = next(p for p in peers if state(p.url) == "ready")
            active.host.process.send_signal(signal.SIGSTOP)
            load.goes_on()
            active.host.process.send_signal(signal.SIGCONT)
            wait_for("the frozen one to stand by", lambda: state(active.url) == "standby", 30)
            load.goes_on()
        s.url = front
        load.check()


@contextlib.contextmanager
def haproxy(urls):
    port = free_port()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-haproxy-"))
    servers = "".join(f"    server h{n} {url.removeprefix('http://')} check inter 200 fall 2 rise 1\n" for n, url in enumerate(urls))
    (folder / "haproxy.cfg").write_text(f"""defaults
    mode http
    timeout connect 1s
    timeout client 40s
    timeout server 40s
    timeout check 1s
    option redispatch
    retries 3
frontend front
    bind 127.0.0.1:{port}
    default_backend hosts
backend hosts
    option httpchk GET /readyz
    default-server on-marked-down shutdown-sessions
{servers}""")
    process = subprocess.Popen(["haproxy", "-db", "-f", folder / "haproxy.cfg"], stdout=open(folder / "log", "wb"), stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for("the load balancer", lambda: state_of_front(url))
        yield url
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def state_of_front(url):
    try:
        return request("GET", url + "/readyz", timeout=2).status == 200
    except OSError:
        return False


def test_a_file_is_copied_into_a_database_and_goes_on_there():
    with postgres.server() as db, system(store="sqlite:var/turnpike.db") as s:
        customer = s.customer("Zoë")
        payment = pay(s, customer)
        assert request("POST", s.get("/v1/integrations/stripe-main").json["webhook_url"], b"\x00\xff{", {}).status == 400
        busy = s.command("store", "copy", "--to", db.url)
        assert busy.returncode == 3 and "in use" in busy.stderr, busy
        s.host.stop()
        before = json.loads(s.command("ledger", "verify").stdout)
        unready = s.command("store", "copy", "--to", db.url)
        assert unready.returncode == 4 and "run turnpike migrate" in unready.stderr, unready
        file_config = s.config.read_text()
        s.config.write_text(file_config.replace("sqlite:var/turnpike.db", db.url))
        assert s.command("migrate").returncode == 0
        s.config.write_text(file_config)
        copied = s.command("store", "copy", "--to", db.url)
        assert copied.returncode == 0, copied
        told = json.loads(copied.stdout)
        assert told["verified"] and told["head"] == before["head"] and told["rows"]["payments"] == 1, told
        again = s.command("store", "copy", "--to", db.url)
        assert again.returncode == 1 and "not empty" in again.stderr, again
        s.config.write_text(file_config.replace("sqlite:var/turnpike.db", db.url))
        s.start()
        assert s.balance(customer) == "10.00" and s.get(f"/v1/customers/{customer}").json["name"] == "Zoë"
        hook_url(s, s.url)
        assert s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "4.00"}, key="r1").status == 201
        pay(s, customer)
        wait_for("the refund", lambda: s.balance(customer) == "16.00")
        s.verify_and_prove()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
