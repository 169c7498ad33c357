"""Razorpay: orders, its own form on our page, two secrets, capture windows."""
import json
import re
import sys

import walk
from harness import request, run_all, system, wait_for


def page_of(s, payment):
    assert payment["next_action"]["type"] == "page", payment["next_action"]
    shown = request("GET", payment["next_action"]["url"])
    assert shown.status == 200, shown.body
    data = re.search(rb'<script type="application/json" id="turnpike-data" nonce="[^"]+">(.*?)</script>', shown.body, re.S).group(1)
    return shown, json.loads(data)


def press(s, payment, button):
    """As the form does: the button, then the browser posts Razorpay's answer to us."""
    _, data = page_of(s, payment)
    options = data["options"]
    answer = request("POST", f"{s.sandbox_url}/api.razorpay.com/v1/checkout/pay/{options['order_id']}/{button}?callback_url={options['callback_url']}", b"")
    fields = dict(re.findall(rb'name="([^"]+)" value="([^"]*)"', answer.body))
    body = b"&".join(name.replace(b"[", b"%5B").replace(b"]", b"%5D") + b"=" + value for name, value in fields.items())
    return request("POST", options["callback_url"], body, {"Content-Type": "application/x-www-form-urlencoded"})


def test_the_whole_way_and_back():
    with system() as s:
        walk.pays_and_refunds(s, "razorpay", "razorpay-main", "INR", "500.00", "100.00", 15000, "250.00", fee="11.80")


def test_the_order_says_exactly_what_is_to_be_paid():
    with system() as s:
        payment = walk.create(s, s.customer(), "razorpay-main", "INR", "500.00")
        body = json.loads(walk.sent(s, payment, "order.create")[0])
        assert body == {"amount": 50000, "currency": "INR", "receipt": payment["reference"], "notes": {"reference": payment["reference"]},
                        "payment": {"capture": "automatic", "capture_options": {"automatic_expiry_period": 12, "manual_expiry_period": 4320, "refund_speed": "normal"}}}, body


def test_the_page_is_ours_the_form_is_theirs_and_no_card_field_is_on_it():
    with system() as s:
        payment = walk.create(s, s.customer(), "razorpay-main", "INR", "500.00")
        shown, data = page_of(s, payment)
        policy = shown.headers["Content-Security-Policy"]
        assert f"script-src 'nonce-" in policy and f"{s.sandbox_url}/checkout.razorpay.com/" in policy and "default-src 'none'" in policy, policy
        assert data["script"] == s.sandbox_url + "/checkout.razorpay.com/v1/checkout.js", data
        assert data["options"]["amount"] == 50000 and data["options"]["key"] == "rzp_test_turnpike"
        assert b"<input" not in shown.body and "secret" not in json.dumps(data)
        script = request("GET", data["script"])
        assert script.status == 200 and b"window.Razorpay" in script.body
        assert request("GET", payment["next_action"]["url"][:-1]).status == 404
        assert s.api("GET", f"/v1/payments/{payment['id']}").json["next_action"].keys() == {"type", "url"}


def test_the_browsers_return_settles_without_any_webhook():
    with system() as s:
        s.control("PUT", "/razorpay/dials", {"loss": 1})
        customer = s.customer()
        payment = walk.create(s, customer, "razorpay-main", "INR", "500.00")
        failed = press(s, payment, "decline")
        assert failed.status == 303 and "status=requires_action" in failed.headers["Location"], failed.headers
        back = press(s, payment, "pay")
        assert back.status == 303 and "status=succeeded" in back.headers["Location"], back.headers
        assert s.balance(customer, "INR") == "500.00"
        # An unsigned word of success is only a reason to ask.
        other = walk.create(s, customer, "razorpay-main", "INR", "70.00")
        _, data = page_of(s, other)
        lie = request("POST", data["options"]["callback_url"], b"razorpay_payment_id=pay_x&razorpay_order_id=order_x&razorpay_signature=" + b"0" * 64)
        assert "status=requires_action" in lie.headers["Location"], lie.headers
        assert s.balance(customer, "INR") == "500.00"


def test_manual_capture_takes_all_or_nothing():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "razorpay-main", "INR", "500.00", capture="manual")
        walk.act(s, "razorpay", payment, "pay")
        walk.settled(s, payment, "authorized")
        part = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "100.00"}, key="part")
        assert (part.status, part.json["code"]) == (422, "partial_capture_unsupported"), part.body
        whole = s.post(f"/v1/payments/{payment['id']}/capture", {}, key="whole")
        assert whole.status == 200 and whole.json["status"] == "succeeded", whole.body
        assert s.balance(customer, "INR") == "500.00"
        s.verify_and_prove()


def test_a_lost_answer_makes_no_second_order_and_no_second_refund():
    with system() as s:
        customer = s.customer()
        s.control("PUT", "/razorpay/dials", {"fail_next": "timeout_after_commit"})
        payment = walk.create(s, customer, "razorpay-main", "INR", "500.00")
        assert len(walk.sent(s, payment, "order.create")) == 1
        walk.act(s, "razorpay", payment, "pay")
        walk.settled(s, payment)
        s.control("PUT", "/razorpay/dials", {"fail_next": {"status": 502}})
        answer = s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "50.00"}, key="r")
        assert answer.status in (201, 202, 502), answer.body
        wait_for("one refund", lambda: s.payment(payment["id"])["refunded"] in ("0.00", "50.00"))
        s.verify_and_prove()


def test_fees_in_the_accounts_currency_come_back_in_the_payments():
    with system() as s:
        payment = walk.create(s, s.customer(), "razorpay-main", "USD", "10.00")
        walk.act(s, "razorpay", payment, "pay")
        walk.settled(s, payment)
        wait_for("the fee", lambda: s.payment(payment["id"])["fee"] == "0.24")
        assert s.payment(payment["id"])["fee_details"][0]["currency"] == "USD"


def test_disputes_are_followed():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "razorpay-main", "INR", "500.00")
        walk.act(s, "razorpay", payment, "pay")
        walk.settled(s, payment)
        walk.act(s, "razorpay", payment, "dispute_open")
        walk.settled(s, payment, "disputed")
        assert s.balance(customer, "INR") == "500.00"
        walk.act(s, "razorpay", payment, "dispute_lost")
        wait_for("the money to go", lambda: s.balance(customer, "INR") == "0.00")


def test_wrong_keys_are_told_from_a_wrong_mode():
    with system() as s:
        assert s.post("/v1/integrations/razorpay-main/test").json["ok"] is True


if __name__ == "__main__":
    sys.exit(run_all(globals()))
