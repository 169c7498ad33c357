"""Bad input gets a clear error, loses nothing and credits nothing."""
import hashlib
import hmac
import json
import sys
import threading
import time

from harness import request, run_all, system, wait_for

SECRET = "whsec_test_turnpike"


def signed(body, at=None, secret=SECRET):
    at = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={mac}", "Content-Type": "application/json"}


def completed(payment, event="evt_1", total=1059):
    session = {"id": payment["provider_reference"], "object": "checkout.session", "amount_total": total, "client_reference_id": payment["reference"], "currency": "usd", "livemode": False,
               "metadata": {"reference": payment["reference"]}, "mode": "payment", "payment_intent": "pi_forged", "payment_status": "paid", "status": "complete"}
    return json.dumps({"id": event, "object": "event", "created": int(time.time()), "data": {"object": session}, "livemode": False, "type": "checkout.session.completed"}).encode()


def hook(s, integration="stripe-main"):
    return s.get(f"/v1/integrations/{integration}").json["webhook_url"]


def test_messages_that_prove_nothing_are_refused_kept_and_credit_nothing():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        body = completed(payment)
        now = int(time.time())
        cases = {"wrong secret": signed(body, secret="whsec_other"), "no signature": {}, "too old": signed(body, at=now - 400), "from the future": signed(body, at=now + 400),
                 "another body's": signed(body + b" "), "only zeros": {"Stripe-Signature": f"t={now},v1=" + "0" * 64}}
        for name, headers in cases.items():
            answer = request("POST", hook(s), body, headers)
            assert answer.status == 400, (name, answer.status)
        for name, bad in {"truncated": body[:-20], "no JSON": b"hello", "not UTF-8": b'{"id":"\xff"}', "deep": b"[" * 10000 + b"]" * 10000, "twice": b'{"id":"a","id":"b"}'}.items():
            answer = request("POST", hook(s), bad, signed(bad))
            assert 400 <= answer.status < 500, (name, answer.status)
        assert request("POST", hook(s), b"x" * 10_000_000, {}).status == 413
        refusals = [row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["kind"] == "refusal"]
        assert len(refusals) == 12, len(refusals)
        assert s.balance(customer) == "0.00"
        assert request("POST", hook(s)[:-1] + ("x" if hook(s)[-1] != "x" else "y"), body, signed(body)).status == 404
        assert request("POST", hook(s), body, signed(body)).status == 200
        assert s.balance(customer) == "10.00"


def test_a_zero_byte_is_refused_wherever_a_text_is_taken():
    with system() as s:
        customer = s.customer()
        assert s.post("/v1/customers", {"name": "a\0b"}).json["errors"][0]["code"] == "zero_byte_refused"
        assert s.post("/v1/customers", {"name": "a", "metadata": {"k": "a\0b"}}).status == 201, "kept as JSON"
        for path in ("/v1/payments?q=%00", "/v1/customers?q=a%00b", "/v1/payment-log?payment=%00"):
            assert s.get(path).json["code"] == "zero_byte_refused", path
        for path in ("/v1/payments/pay%00", f"/v1/customers/{customer}%00/balance"):
            assert s.get(path).status == 404, path
        payment = s.create(customer)
        for body in (completed(payment).replace(b'"evt_', b'"evt\\u0000_'), completed(payment).replace(b'"cs_', b'"cs\\u0000_'), completed(payment).replace(b"checkout.session.completed", b"checkout\\u0000")):
            assert b"\\u0000" in body
            assert request("POST", hook(s), body, signed(body)).status < 500, body


def test_a_hundred_copies_over_eight_connections_and_two_integrations_credit_once():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        urls = [hook(s), hook(s, "stripe-deducting")]
        statuses = []

        def deliver(worker):
            for i in range(13):
                body = completed(payment, event=f"evt_{worker}_{i}")
                statuses.append(request("POST", urls[(worker + i) % 2], body, signed(body)).status)

        threads = [threading.Thread(target=deliver, args=(n,)) for n in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert statuses == [200] * 104, set(statuses)
        assert s.balance(customer) == "10.00"
        rows = s.get(f"/v1/customers/{customer}/ledger").json["data"]
        assert [row["amount"] for row in rows] == ["10.00"], rows
        assert s.command("ledger", "verify").returncode == 0


def test_wrong_amounts_and_unknown_things_name_their_field():
    with system() as s:
        customer = s.customer()
        good = {"customer": customer, "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/"}

        def code(**changes):
            body = {k: v for k, v in {**good, **changes}.items() if v is not None}
            answer = s.post("/v1/payments", body, key=s.fresh_key())
            assert answer.headers["Content-Type"] == "application/problem+json"
            return answer.status, answer.json["code"]

        for amount in ("1e3", "-1", "0.001", "0", "0.00", "", "1,00", " 1", "99999999999999999999", 10, 10.5):
            assert code(amount=amount) == (422, "amount_invalid"), amount
        assert code(amount="0.50") == (422, "amount_too_small")
        assert code(amount="5000.00") == (422, "amount_too_large")
        assert code(currency="CHF") == (422, "currency_not_enabled")
        assert code(currency="XXQ") == (422, "currency_not_enabled")
        assert code(customer="cus_none") == (422, "unknown_customer")
        assert code(integration="nobody") == (422, "unknown_integration")
        assert code(amuont="1.00") == (422, "unknown_field")
        assert code(return_url=None) == (422, "missing_field")
        assert code(return_url="javascript:alert(1)") == (422, "url_invalid")
        assert code(description="my card is 4242424242424242") == (422, "card_number_refused")
        assert s.post("/v1/payments", good).json["code"] == "idempotency_key_required"
        first = s.post("/v1/payments", good, key="same")
        again = s.post("/v1/payments", good, key="same")
        assert first.json["id"] == again.json["id"] and again.status == 201 and again.headers["Idempotent-Replayed"] == "true"
        assert s.post("/v1/payments", {**good, "amount": "11.00"}, key="same").json["code"] == "idempotency_mismatch"
        assert s.api("POST", "/v1/payments", b'{"customer":"a","customer":"b"}', key="x").json["code"] == "malformed_json"
        assert s.get("/v1/payments/pay_none").json["code"] == "not_found"
        assert request("GET", s.url + "/v1/payments", headers={"Authorization": "Bearer nobody-knows-this"}).json["code"] == "unauthorized"


def test_a_token_does_what_its_scopes_say_and_no_more():
    with system() as s:
        made = s.post("/v1/tokens", {"name": "shop", "scopes": ["payments"], "modes": ["live"]}).json
        headers = {"Authorization": "Bearer " + made["token"]}
        assert request("GET", s.url + "/v1/payments", headers=headers).status == 200
        assert request("GET", s.url + "/v1/customers", headers=headers).json["code"] == "forbidden"
        body = {"customer": s.customer(), "integration": "stripe-main", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/"}
        refused = request("POST", s.url + "/v1/payments", body, {**headers, "Idempotency-Key": "k"})
        assert refused.json["code"] == "forbidden", refused.body
        assert s.api("DELETE", "/v1/tokens/shop").status == 200
        assert request("GET", s.url + "/v1/payments", headers=headers).status == 401


def test_what_the_provider_did_not_answer_is_never_charged_twice():
    with system() as s:
        customer = s.customer()
        s.control("PUT", "/stripe/dials", {"fail_next": "timeout_after_commit"})
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        s.control("PUT", "/stripe/dials", {"fail_next": "timeout_after_commit"})
        refund = s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "4.00"}, key="r")
        assert refund.status in (201, 202), refund.body
        wait_for("the refund to be known", lambda: s.get(f"/v1/payments/{payment['id']}/refunds").json["data"][0]["status"] == "succeeded")
        refunds = [row for row in s.control("GET", "/stripe/ledger")["data"] if row["kind"] == "refund"]
        assert len(refunds) == 1, refunds
        assert s.balance(customer) == "6.00"
        s.verify_and_prove()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
