"""Events sent to somebody's endpoints: signed, once each in order of their time, again when they fail, and never to networks nobody named."""
import base64
import hashlib
import hmac
import http.server
import json
import sys
import threading
import time

from alerts import fires
from harness import ROOT, request, run_all, system, wait_for


class Receiver:
    """An endpoint that keeps what it gets and answers what it is told."""

    def __init__(self, status=200):
        self.got, self.status, self.headers = [], status, {}
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                status = receiver.status(len(receiver.got)) if callable(receiver.status) else receiver.status
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"

    def events(self):
        return [json.loads(body) for _, body in self.got]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def allowing():
    return (ROOT / "config" / "turnpike.yaml").read_text() + "\nevents: { allow_private: [\"127.0.0.0/8\"] }\n"


def verify(secret, headers, body):
    """The check of Standard Webhooks, written from its specification."""
    headers = {name.lower(): value for name, value in headers.items()}
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


def endpoint(s, receiver, **more):
    answer = s.post("/v1/webhook-endpoints", {"url": receiver.url, **more})
    assert answer.status == 201, answer.body
    return answer.json


def pay(s):
    payment = s.create(s.customer())
    s.press(payment)
    s.wait_status(payment["id"], "succeeded")
    return payment


def test_events_are_delivered_while_ever_more_happen_and_each_once():
    receiver = Receiver()
    with system(config=allowing()) as s:
        endpoint(s, receiver)
        customer, stopped = s.customer(), threading.Event()

        def create():
            while not stopped.is_set():
                s.create(customer)

        threads = [threading.Thread(target=create) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            wait_for("deliveries under load", lambda: len(receiver.got) > 200)
        finally:
            stopped.set()
            for thread in threads:
                thread.join()
        wait_for("every event", lambda: len(receiver.got) >= len(all_events(s)))
        told = [json.loads(body)["id"] for _, body in receiver.got]
        assert len(told) == len(set(told)) and set(told) == set(all_events(s)), (len(told), len(set(told)))
    receiver.close()


def all_events(s):
    """The ids of all events, in order."""
    out, after = [], ""
    while True:
        page = s.get(f"/v1/events?limit=200{after and '&after=' + str(after)}").json
        out += [e["id"] for e in page["data"]]
        if not page["data"] or not page["next"]:
            return out
        after = page["next"]


def test_every_event_is_delivered_once_signed_and_in_order():
    receiver, picky = Receiver(), Receiver()
    with system(config=allowing()) as s:
        made = endpoint(s, receiver)
        endpoint(s, picky, types=["refund.*", "payment.succeeded"])
        assert made["secret"].startswith("whsec_") and "secret" not in s.get(f"/v1/webhook-endpoints/{made['id']}").json
        payment = pay(s)
        s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "1.00"}, key="r")
        wait_for("the refund's event", lambda: any(e["type"] == "refund.succeeded" for e in receiver.events()))
        feed = wait_for("the feed to rest", lambda: (lambda f: f if len(f) == len(receiver.got) else None)(s.get("/v1/events?limit=200").json["data"]))
        assert sorted(e["sequence"] for e in receiver.events()) == [e["sequence"] for e in feed], "each once"
        assert {e["id"]: e for e in receiver.events()} == {e["id"]: e for e in feed}, "as the feed shows them"
        assert all(verify(made["secret"], headers, body) for headers, body in receiver.got)
        assert not verify(made["secret"], receiver.got[0][0], receiver.got[0][1] + b" ")
        assert {e["type"] for e in picky.events()} <= {"refund.succeeded", "payment.succeeded"} and len(picky.got) >= 2, picky.events()
        log = s.get(f"/v1/webhook-endpoints/{made['id']}/deliveries").json["data"]
        assert {row["status"] for row in log} == {"delivered"} and all(len(row["log"]) == 1 for row in log), log[:2]
    receiver.close()
    picky.close()


def test_a_dead_endpoint_holds_up_nobody_and_is_asked_again_after_a_restart():
    dead, alive = Receiver(lambda n: 500), Receiver()
    with system(config=allowing()) as s:
        broken, fine = endpoint(s, dead), endpoint(s, alive)
        pay(s)
        wait_for("the other's events", lambda: any(e["type"] == "payment.succeeded" for e in alive.events()))
        wait_for("a second attempt", lambda: [r for r in s.get(f"/v1/webhook-endpoints/{broken['id']}/deliveries").json["data"] if r["attempts"] >= 2], seconds=30)
        shown = s.get(f"/v1/webhook-endpoints/{broken['id']}").json
        assert shown["failing_since"] and shown["pending"] > 0 and shown["enabled"] and fires(s, "TurnpikeWebhookEndpointFailing"), shown
        seen = len(dead.got)
        assert s.host.stop() == 0
        dead.status = 204
        s.start()
        waiting = s.get(f"/v1/webhook-endpoints/{broken['id']}/deliveries?status=pending").json["data"]
        assert waiting and all(row["next_at"] for row in waiting), "what waits is in the store"
        assert s.post(f"/v1/webhook-endpoints/{broken['id']}/resend", {"from": 1}).json["resent"] >= len(waiting)
        wait_for("what was resent", lambda: len(dead.got) > seen and not s.get(f"/v1/webhook-endpoints/{broken['id']}").json["failing_since"])
        assert fine["mode"] == "test"
    dead.close()
    alive.close()


def test_two_secrets_sign_after_a_rotation_and_one_event_is_sent_again_by_its_id():
    receiver = Receiver()
    with system(config=allowing()) as s:
        made = endpoint(s, receiver)
        fresh = s.post(f"/v1/webhook-endpoints/{made['id']}/rotate-secret").json
        assert fresh["secret"] != made["secret"] and fresh["old_secret_until"], fresh
        pay(s)
        wait_for("events", lambda: receiver.got)
        assert all(verify(secret, *receiver.got[0]) for secret in (made["secret"], fresh["secret"]))
        first = receiver.events()[0]
        count = len([e for e in receiver.events() if e["id"] == first["id"]])
        assert s.post(f"/v1/webhook-endpoints/{made['id']}/resend", {"event": first["id"]}).status == 202
        wait_for("it once more", lambda: len([e for e in receiver.events() if e["id"] == first["id"]]) == count + 1)
        assert s.post(f"/v1/webhook-endpoints/{made['id']}/resend", {"event": "evt_nobody"}).status == 404
        assert s.post(f"/v1/webhook-endpoints/{made['id']}/resend", {}).status == 422
    receiver.close()


def test_gone_disables_and_is_told_and_enabling_goes_on_where_it_stopped():
    gone, other = Receiver(410), Receiver()
    with system(config=allowing()) as s:
        made = endpoint(s, gone)
        endpoint(s, other, types=["webhook_endpoint.disabled"])
        pay(s)
        wait_for("it to be disabled", lambda: not s.get(f"/v1/webhook-endpoints/{made['id']}").json["enabled"])
        assert "410" in s.get(f"/v1/webhook-endpoints/{made['id']}").json["disabled_reason"] and fires(s, "TurnpikeWebhookEndpointDisabled")
        wait_for("the others to hear of it", other.got.__len__)
        assert other.events()[0]["data"]["object"]["id"] == made["id"], other.events()
        gone.status = 200
        seen = len(gone.got)
        answer = s.api("PATCH", f"/v1/webhook-endpoints/{made['id']}", {"enabled": True})
        assert answer.status == 200 and answer.json["disabled_reason"] is None, answer.body
        pay(s)
        wait_for("new events", lambda: len(gone.got) > seen)
        assert s.api("DELETE", f"/v1/webhook-endpoints/{made['id']}").status == 204
        assert s.get(f"/v1/webhook-endpoints/{made['id']}").status == 404
    gone.close()
    other.close()


def test_nothing_is_sent_to_networks_nobody_named():
    receiver = Receiver()
    with system() as s:
        for url in (receiver.url, "http://example.com/", "ftp://example.com/", "https://user:pw@example.com/", "https://", "HTTPS://example.com/x#y", "javascript:alert(1)"):
            refused = s.post("/v1/webhook-endpoints", {"url": url})
            assert refused.status == 422 and refused.json["code"] == "url_invalid", (url, refused.body)
        for url in (receiver.url.replace("http", "https"), "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/", "https://[::ffff:10.0.0.1]/", "https://0x7f000001/", "https://2130706433/"):
            assert s.post("/v1/webhook-endpoints", {"url": url}).status == 201, url
        pay(s)

        def all_refused():
            rows = [s.get(f"/v1/webhook-endpoints/{e['id']}/deliveries").json["data"] for e in s.get("/v1/webhook-endpoints").json["data"]]
            return all(row and row[0]["log"] for row in rows) and rows
        for row in wait_for("an attempt at each", all_refused):
            assert "not one of the internet" in row[0]["log"][0]["error"], row[0]
        assert not receiver.got
        redirecting = s.post("/v1/webhook-endpoints", {"url": "https://example.com/", "types": ["nonsense"]})
        assert redirecting.status == 422, redirecting.body
    receiver.close()


def test_a_token_of_one_mode_sees_only_that_modes_endpoints():
    receiver = Receiver()
    with system(config=allowing()) as s:
        made = endpoint(s, receiver)
        token = s.post("/v1/tokens", {"name": "live only", "scopes": ["events"], "modes": ["live"]})
        if token.status == 201:
            other = {"Authorization": "Bearer " + token.json["token"]}
            assert request("GET", s.url + "/v1/webhook-endpoints", headers=other).json["data"] == []
            assert request("GET", s.url + f"/v1/webhook-endpoints/{made['id']}", headers=other).status == 404
        narrow = s.post("/v1/tokens", {"name": "no events", "scopes": ["payments"]}).json["token"]
        assert request("GET", s.url + "/v1/webhook-endpoints", headers={"Authorization": "Bearer " + narrow}).status == 403
    receiver.close()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
