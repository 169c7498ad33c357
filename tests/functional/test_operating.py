"""What an operator does: reloading, restarting, rotating, broken configurations and plugins."""
import hashlib
import os
import shutil
import signal
import sys

from alerts import fires
from harness import BUILD, ROOT, SANDBOX, Process, request, run_all, system, wait_for

FILE = "sqlite:var/turnpike.db"


def test_a_bad_file_is_named_with_its_place_and_the_running_one_stays():
    with system() as s:
        good = s.config.read_text()
        s.config.write_text(good.replace("surcharge_percent", "surcharge_procent"))
        checked = s.command("check")
        assert checked.returncode == 2, checked
        assert 'turnpike.yaml:17:5: error: unknown key "surcharge_procent"' in checked.stderr and 'did you mean "surcharge_percent"' in checked.stderr, checked.stderr
        refused = s.post("/v1/reload")
        assert refused.status == 422 and refused.json["code"] == "config_invalid", refused.body
        assert s.get("/v1/integrations/stripe-main").json["surcharge_percent"] == "2.9"
        s.config.write_text(good.replace('surcharge_percent: "2.9"', 'surcharge_percent: "3.5"'))
        s.host.process.send_signal(signal.SIGHUP)
        wait_for("the reload", lambda: s.get("/v1/integrations/stripe-main").json["surcharge_percent"] == "3.5")


def test_a_restart_keeps_everything():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        token, hook = s.token, s.get("/v1/integrations/stripe-main").json["webhook_url"]
        assert s.host.stop() == 0
        s.start()
        assert s.token == token and s.get("/v1/integrations/stripe-main").json["webhook_url"] == hook
        assert s.balance(customer) == "10.00"
        assert s.payment(payment["id"])["status"] == "succeeded"


def test_a_provider_that_does_not_answer_is_named_and_named_once_and_forgotten_when_it_answers():
    with system() as s:
        customer = s.customer()
        state = lambda: s.get("/v1/integrations/stripe-main").json
        assert state()["health"] == "ok" and state()["failing"] is None
        port = s.sandbox_url.rsplit(":", 1)[1]
        s.sandbox.stop()
        body = {"customer": customer, "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/back"}
        for _ in range(6):
            assert s.post("/v1/payments", body, key=s.fresh_key()).status in (201, 502, 503, 504)
        wait_for("the failures to be noticed", lambda: state()["health"] == "failing")
        assert state()["failing"]["host"] == "api.stripe.com", state()
        assert fires(s, "TurnpikeProviderUnhealthy")
        told = lambda: [e["data"]["object"] for e in s.get("/v1/events?limit=200").json["data"] if e["type"] == "integration.unhealthy"]
        wait_for("the event", told)
        s.sandbox = Process([SANDBOX, "--port", port], s.folder / "sandbox-again.log")
        s.sandbox.ready_url()

        def answers():
            s.post("/v1/integrations/stripe-main/test")
            return state()["health"] == "ok"
        wait_for("the first call after the pause", answers)
        assert [(one["integration"], one["host"]) for one in told()] == [("stripe-main", "api.stripe.com")], told()


def test_a_second_host_on_one_file_ends_with_3():
    with system(store=FILE) as s:
        second = s.command("serve", "--listen", "127.0.0.1:0")
        assert second.returncode == 3 and "in use by another host" in second.stderr, second


def test_a_rotated_hook_works_at_once_and_the_old_one_for_a_while():
    with system() as s:
        old = s.get("/v1/integrations/stripe-main").json["webhook_url"]
        new = s.post("/v1/integrations/stripe-main/rotate-hook").json["webhook_url"]
        assert new != old
        assert request("POST", new, b"{}").status == 400 and request("POST", old, b"{}").status == 400
        assert request("POST", old[:-3] + "abc", b"{}").status == 404


def test_an_integration_saved_over_the_api_is_sealed_used_exported_and_imported():
    with system(store=FILE) as s:
        definition = {"id": "stripe-api", "provider": "stripe", "mode": "test", "currencies": ["USD"], "settings": {"private_key": "sk_test_turnpike", "webhook_secret": "whsec_test_turnpike"}}
        made = s.post("/v1/integrations", definition)
        assert made.status == 201 and made.json["settings"]["private_key"] == "********", made.body
        wrong = s.post("/v1/integrations", {**definition, "id": "x", "curencies": ["USD"]})
        assert wrong.status == 422 and "currencies" in str(wrong.json["errors"]), wrong.body
        assert s.post("/v1/integrations", {**definition, "id": "y", "settings": {"private_key": "sk_live_abc"}}).status == 422
        assert s.post("/v1/integrations/stripe-api/test").json["ok"] is True
        s.register_hooks()
        customer = s.customer()
        payment = s.create(customer, integration="stripe-api")
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        kept = s.api("PUT", "/v1/integrations/stripe-api", {**definition, "label": "Shop", "settings": {"webhook_secret": "********"}})
        assert kept.status == 200 and kept.json["label"] == "Shop", kept.body
        assert s.api("PUT", "/v1/integrations/stripe-api", {**definition, "mode": "live", "settings": {"private_key": "sk_live_abcdef"}}).json["code"] == "integration_fixed"
        exported = s.command("integrations", "export").stdout
        assert "sealed:v1:" in exported and "sk_test_turnpike" not in exported
        assert b"sk_test_turnpike" not in (s.data / "turnpike.db").read_bytes() + (s.data / "turnpike.db-wal").read_bytes()
        again = s.folder / "exported.yaml"
        again.write_text(exported)
        assert s.api("DELETE", "/v1/integrations/stripe-api").status == 204
        s.host.stop()
        assert s.command("integrations", "import", str(again)).returncode == 0
        s.start()
        assert s.get("/v1/integrations/stripe-api").json["available"] is True
        assert s.balance(customer) == "10.00"


def test_a_plugin_that_cannot_be_loaded_is_named_and_the_host_still_starts():
    with system() as s:
        s.host.stop()
        folder = s.folder / "plugins" / "stripe"
        folder.mkdir(parents=True)
        shutil.copy(BUILD / "plugins" / "stripe" / "stripe.provider.json", folder)
        shutil.copy(BUILD / "plugins" / "stripe" / "stripe.so", folder)
        # The first directory's plugin wins, and this one may be written by everybody.
        os.chmod(folder / "stripe.so", 0o666)
        s.config.write_text(s.config.read_text() + f"\nplugins: {{ directories: [{s.folder / 'plugins'}] }}\n")
        s.start()
        log = (s.folder / "host.log.err").read_text()
        assert "plugin_refused" in log and "chmod go-w" in log, log


def test_a_customer_who_fails_too_often_or_asks_for_too_much_is_stopped_and_nobody_else():
    config = (ROOT / "config" / "turnpike.yaml").read_text() + "\nvelocity: { failures_per_hour: 2, amount_per_day: { USD: \"25.00\" } }\n"
    with system(config=config) as s:
        ada, grace = s.customer("Ada"), s.customer("Grace")
        body = lambda customer, amount: {"customer": customer, "integration": "stripe-main", "amount": amount, "currency": "USD", "return_url": "https://shop.example/back"}
        for n in range(2):
            s.control("PUT", "/stripe/dials", {"fail_next": {"status": 402}})
            failed = s.post("/v1/payments", body(ada, "1.00"), key=f"v{n}")
            assert failed.status >= 400, failed.body
        assert {p["status"] for p in s.get(f"/v1/customers/{ada}/payments").json["data"]} == {"failed"}
        stopped = s.post("/v1/payments", body(ada, "1.00"), key="v2")
        assert stopped.status == 429 and stopped.json["code"] == "velocity", stopped.body
        first = s.post("/v1/payments", body(grace, "20.00"), key="g1")
        assert first.status == 201, first.body
        second = s.post("/v1/payments", body(grace, "5.00"), key="g2")
        assert second.status == 429 and second.json["code"] == "velocity", second.body
        again = s.post("/v1/payments", body(grace, "20.00"), key="g1")
        assert again.status == 201 and again.json["id"] == first.json["id"], "a repeat is no second payment"
        assert s.post(f"/v1/payments/{first.json['id']}/cancel").status == 200
        assert s.post("/v1/payments", body(grace, "5.00"), key="g3").status == 201, "what was cancelled does not count"


def test_a_network_that_fails_too_often_is_stopped_under_whatever_customer():
    config = (ROOT / "config" / "turnpike.yaml").read_text() + "\nvelocity: { network_failures_per_hour: 2 }\n"
    with system(config=config) as s:
        body = lambda ip: {"customer": s.customer(), "integration": "stripe-main", "amount": "1.00", "currency": "USD", "return_url": "https://shop.example/back", "ip": ip}
        for n, ip in enumerate(["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"]):
            s.control("PUT", "/stripe/dials", {"fail_next": {"status": 402}})
            assert s.post("/v1/payments", body(ip), key=f"n{n}").status >= 400
        stopped = s.post("/v1/payments", body("2001:db8:1:2:3::"), key="n2")
        assert stopped.status == 429 and stopped.json["code"] == "velocity", stopped.body
        assert s.post("/v1/payments", body("2001:db8:1:3::1"), key="n3").status == 201, "another /64"
        assert s.post("/v1/payments", body("192.0.2.7"), key="n4").status == 201
        wrong = s.post("/v1/payments", body("192.0.2"), key="n5")
        assert wrong.status == 422 and wrong.json["errors"][0]["pointer"] == "/ip", wrong.body
        s.host.stop()
        kept = b"".join(f.read_bytes() for f in s.data.glob("turnpike.db*"))
        assert b"2001:db8" not in kept and b"192.0.2" not in kept, "a payer's address is not kept"


def test_a_copy_is_put_back_and_asks_for_what_happened_since_before_anything_new_begins():
    with system(store=FILE) as s:
        customer = s.customer()
        settled, left_open = s.create(customer), s.create(customer)
        s.press(settled)
        s.wait_status(settled["id"], "succeeded")
        copy = s.folder / "copy.db"
        assert s.command("backup", "--to", str(copy)).returncode == 0
        s.press(left_open)  # happens after the copy
        s.wait_status(left_open["id"], "succeeded")
        s.host.stop()
        for name in ("turnpike.db", "turnpike.db-wal", "turnpike.db-shm"):
            (s.data / name).unlink(missing_ok=True)
        assert s.command("resume").returncode == 3
        assert s.command("restore", "--from", str(copy)).returncode == 0
        s.start()
        assert request("GET", s.url + "/readyz").json == {"status": "recovering"} and fires(s, "TurnpikeRecovering")
        body = {"customer": customer, "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/back"}
        refused = s.post("/v1/payments", body, key="new")
        assert refused.status == 503 and refused.json["code"] == "recovering" and refused.json["retryable"], refused.body
        assert s.post(f"/v1/payments/{settled['id']}/refunds", {"amount": "1.00"}, key="new").json["code"] == "recovering"
        wait_for("the provider to be asked", lambda: s.balance(customer) == "20.00", 60)
        s.verify_and_prove()
        assert s.command("resume").returncode == 0
        wait_for("the host to see it", lambda: request("GET", s.url + "/readyz").json == {"status": "ready"})
        assert s.post("/v1/payments", body, key="new").status == 201
        again = s.command("resume")
        assert again.returncode == 1 and "not recovering" in again.stderr, again


def test_a_rotated_master_key_seals_everything_anew_and_changes_no_address():
    with system() as s:
        definition = {"id": "stripe-api", "provider": "stripe", "mode": "test", "currencies": ["USD"], "settings": {"private_key": "sk_test_turnpike", "webhook_secret": "whsec_test_turnpike"}}
        assert s.post("/v1/integrations", definition).status == 201
        made = s.post("/v1/webhook-endpoints", {"url": "https://shop.example/events", "mode": "test"})
        assert made.status == 201, made.body
        hook = s.get("/v1/integrations/stripe-api").json["webhook_url"]
        s.control("PUT", "/stripe/hook", {"id": "stripe-api", "url": hook})
        busy = s.command("secret", "rotate")
        assert busy.returncode == 3, busy
        key_file = s.data / "master.key"
        old = key_file.read_text()
        s.host.stop()
        rotated = s.command("secret", "rotate")
        assert rotated.returncode == 0 and not old.strip() in rotated.stdout + rotated.stderr, rotated
        lines = key_file.read_text().splitlines()
        assert len(lines) == 2 and lines[1] == old.strip() and lines[0] != lines[1] and key_file.stat().st_mode & 0o77 == 0
        ids = [hashlib.sha256(b"turnpike key id" + bytes.fromhex(line)).hexdigest()[:8] for line in lines]
        exported = s.command("integrations", "export").stdout
        assert ids[0] in exported and ids[1] not in exported, exported
        s.start()
        assert s.get("/v1/integrations/stripe-api").json["webhook_url"] == hook
        customer = s.customer()
        payment = s.create(customer, integration="stripe-api")
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        s.verify_and_prove()


def test_the_description_names_every_route_and_its_scope():
    with system() as s:
        described = request("GET", s.url + "/openapi.json").json
        operations = [(path, method, operation) for path, methods in described["paths"].items() for method, operation in methods.items()]
        assert len(operations) >= 45, len(operations)
        for path, method, operation in operations:
            assert operation["x-scope"], (path, method)
            assert operation["summary"], (path, method)
            if operation["x-scope"] == "public":
                continue
            bare = request(method.upper(), s.url + path.replace("{id}", "x").replace("{name}", "x"), b"{}" if method in ("post", "put", "patch") else None)
            assert bare.status == 401, (path, method, bare.status)


if __name__ == "__main__":
    sys.exit(run_all(globals()))
