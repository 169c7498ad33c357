"""PayMongo: sessions that stay active, two events for one payment, a place for each mode's signature."""
import hashlib
import hmac
import json
import sys
import time

import walk
from harness import request, run_all, system, wait_for


def test_the_whole_way_and_back():
    with system() as s:
        walk.pays_and_refunds(s, "paymongo", "paymongo-main", "PHP", "1000.00", "100.00", 30000, "600.00", fee="25.00")


def test_the_session_says_exactly_what_is_to_be_paid():
    with system() as s:
        payment = walk.create(s, s.customer(), "paymongo-main", "PHP", "1000.00", method="gcash")
        attributes = json.loads(walk.sent(s, payment, "session.create")[0])["data"]["attributes"]
        for name in ("success_url", "cancel_url"):
            assert attributes.pop(name).startswith(s.url)
        assert attributes == {"line_items": [{"name": "Payment", "amount": 100000, "currency": "PHP", "quantity": 1}], "payment_method_types": ["gcash"], "reference_number": payment["reference"],
                              "description": "Payment", "send_email_receipt": False, "show_description": True, "show_line_items": True, "metadata": {"reference": payment["reference"]}}, attributes


def test_what_is_too_small_or_not_offered_is_refused_before_anything_is_sent():
    with system() as s:
        body = {"customer": s.customer(), "integration": "paymongo-main", "currency": "PHP", "return_url": "https://shop.example/"}
        assert s.post("/v1/payments", {**body, "amount": "19.99"}, key="a").json["code"] == "amount_too_small"
        assert s.post("/v1/payments", {**body, "amount": "50.00", "method": "shopee_pay"}, key="b").json["code"] == "not_expressible"


def test_over_the_counter_is_a_link_that_waits_for_days():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paymongo-main", "PHP", "150.00", method="over_the_counter")
        assert payment["provider_ids"]["link"].startswith("link_"), payment
        s.press(payment)
        walk.settled(s, payment)
        assert s.balance(customer, "PHP") == "150.00"
        refused = s.post(f"/v1/payments/{payment['id']}/refunds", {}, key="r")
        assert refused.status == 402 and refused.json["provider_code"] == "payment_method_not_allowed", refused.body
        assert s.balance(customer, "PHP") == "150.00"


def test_only_the_place_of_its_own_mode_proves_a_message():
    with system() as s:
        customer = s.customer()
        s.control("PUT", "/paymongo/dials", {"loss": 1})
        payment = walk.create(s, customer, "paymongo-main", "PHP", "1000.00")
        hook = s.get("/v1/integrations/paymongo-main").json["webhook_url"]
        paid = {"id": "pay_1", "type": "payment", "attributes": {"amount": 100000, "currency": "PHP", "fee": 2500, "net_amount": 97500, "status": "paid", "livemode": False, "payment_intent_id": payment["provider_ids"]["intent"], "refunds": []}}
        body = json.dumps({"data": {"id": "evt_1", "type": "event", "attributes": {"type": "payment.paid", "livemode": False, "data": paid, "created_at": int(time.time())}}}).encode()

        def deliver(at=0, secret="whsk_test_turnpike", place="te", other=""):
            t = int(time.time()) + at
            mac = hmac.new(secret.encode(), f"{t}.".encode() + body, hashlib.sha256).hexdigest()
            sides = {"te": other, "li": other, place: mac}
            return request("POST", hook, body, {"Paymongo-Signature": f"t={t}, li={sides['li']}, te={sides['te']}"})

        assert deliver(place="li").status == 400
        assert deliver(secret="whsk_other").status == 400
        assert deliver(at=-10900).status == 400 and deliver(at=10900).status == 400
        assert s.balance(customer, "PHP") == "0.00"
        accepted = deliver(at=-7000)
        assert (accepted.status, accepted.json) == (200, {"received": True})
        assert s.balance(customer, "PHP") == "1000.00"


def test_the_return_settles_what_no_webhook_told():
    with system() as s:
        s.control("PUT", "/paymongo/dials", {"loss": 1})
        customer = s.customer()
        payment = walk.create(s, customer, "paymongo-main", "PHP", "1000.00")
        assert s.press(payment, "decline").status == 402
        back = s.press(payment, "pay")
        assert "status=succeeded" in request("GET", back.headers["Location"]).headers["Location"]
        assert s.balance(customer, "PHP") == "1000.00"


def test_registering_the_webhook_keeps_its_secret_and_finds_it_again():
    with system() as s:
        first = s.post("/v1/integrations/paymongo-main/register-webhook")
        again = s.post("/v1/integrations/paymongo-main/register-webhook")
        assert first.status == 200 and again.status == 200, (first.body, again.body)
        assert first.json.get("provider_reference") == again.json.get("provider_reference"), (first.body, again.body)
        assert b"whsk_" not in first.body


def test_a_cancelled_session_cannot_be_paid_any_more():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paymongo-main", "PHP", "1000.00")
        assert s.post(f"/v1/payments/{payment['id']}/cancel").json["status"] == "cancelled"
        s.press(payment)
        s.post(f"/v1/payments/{payment['id']}/refresh")
        assert s.payment(payment["id"])["status"] == "cancelled"
        assert s.balance(customer, "PHP") == "0.00"


if __name__ == "__main__":
    sys.exit(run_all(globals()))
