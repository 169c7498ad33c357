"""The way a newcomer goes: a customer, a quote, a payment, Pay on the hosted page, the balance, a refund."""
import json
import sys

from harness import request, run_all, system, wait_for


def test_a_first_payment_is_credited_explained_and_refunded():
    with system() as s:
        customer = s.customer()
        quote = s.post("/v1/quotes", {"integration": "stripe-main", "currency": "USD", "amount": "10.00"}).json
        assert (quote["surcharge"], quote["total"]) == ("0.59", "10.59"), quote
        payment = s.create(customer, quote=quote["id"], description="Top-up")
        assert payment["next_action"]["type"] == "redirect", payment
        back = s.press(payment)
        assert back.status == 303 and back.headers["Location"].startswith(s.url + "/return/"), back.headers
        paid = s.wait_status(payment["id"], "succeeded")
        assert s.balance(customer) == "10.00"
        wait_for("the fee", lambda: s.payment(payment["id"])["fee"] == "0.61")
        log = s.get("/v1/payment-log?limit=200").json["data"]
        assert {"payment", "notification"} <= {row["kind"] for row in log}, log
        calls = [row for row in s.get(f"/v1/payments/{payment['id']}/timeline").json["data"] if row["kind"] == "call"]
        assert calls and "sk_test_turnpike" not in str(calls) and "checkout/sessions" in str(calls)
        refund = s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "5.00"}, key="r1")
        assert refund.status == 201, refund.body
        assert s.balance(customer) == "5.00"
        s.wait_status(payment["id"], "partially_refunded")
        assert paid["reference"] in str(s.control("GET", "/stripe/ledger"))
        s.verify_and_prove()


def test_a_payment_is_paid_with_its_client_secret_and_no_secret_is_told_elsewhere():
    with system() as s:
        customer = s.customer()
        made = s.create(customer, integration="stripe-embedded")
        action = made["next_action"]
        assert action["type"] == "client_token" and action["public_key"] == "pk_test_turnpike", action
        assert action["script"].endswith("/js.stripe.com/v3/") and "data" not in action, action
        page = request("GET", action["url"])
        assert page.status == 200 and action["client_secret"].encode() in page.body, page.body
        policy = page.headers["Content-Security-Policy"]
        assert "/js.stripe.com/" in policy and "/api.stripe.com/" in policy, policy
        calls = [row for row in s.get(f"/v1/payments/{made['id']}/timeline").json["data"] if row["kind"] == "call"]
        assert calls and action["client_secret"] not in str(calls), calls
        assert action["client_secret"] not in str(s.get("/v1/events?limit=200").json)
        s.control("POST", "/stripe/actions", {"action": "decline", "payment": made["reference"]})
        wait_for("the decline", lambda: s.payment(made["id"])["reason"] == "generic_decline")
        s.control("POST", "/stripe/actions", {"action": "pay", "payment": made["reference"]})
        s.wait_status(made["id"], "succeeded")
        assert s.balance(customer) == "10.00"
        given_up = s.create(customer, integration="stripe-embedded")
        assert s.post(f"/v1/payments/{given_up['id']}/cancel").json["status"] == "cancelled"
        s.verify_and_prove()


def test_books_that_could_not_be_compared_are_not_called_equal():
    with system() as s:
        s.sandbox.stop()
        proved = s.command("prove")
        assert proved.returncode == 3, proved.stdout + proved.stderr
        assert "not compared: stripe-deducting: " in proved.stderr, proved.stderr
        assert {"integration": "emetec-main", "reason": "the provider has no list of transactions", "unread": False} in json.loads(proved.stdout)["not_checkable"], proved.stdout


def test_with_deducted_fees_the_fee_is_taken_from_the_credit():
    config = """
server: { environment: development, listen: "127.0.0.1:0" }
integrations:
  - id: stripe-both
    provider: stripe
    mode: test
    currencies: [USD]
    surcharge: "0.30"
    surcharge_percent: "2.9"
    deduct_payment_fees: true
    settings: { private_key: sk_test_turnpike, webhook_secret: whsec_test_turnpike }
"""
    with system(config=config) as s:
        customer = s.customer()
        payment = s.create(customer, integration="stripe-both")
        s.press(payment)
        wait_for("the fee to be deducted", lambda: s.payment(payment["id"])["credited"] == "9.39")
        assert s.balance(customer) == "9.39"


def test_capture_later_releases_the_rest():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer, capture="manual")
        s.press(payment)
        s.wait_status(payment["id"], "authorized")
        assert s.balance(customer) == "0.00"
        captured = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "5.30"}, key="c1")
        assert captured.status == 200, captured.body
        assert captured.json["captured"] == "5.30"
        assert s.balance(customer) == "5.00"
        again = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "5.30"}, key="c1")
        assert again.status == 200 and again.headers["Idempotent-Replayed"] == "true"
        s.verify_and_prove()


def test_a_cancelled_payment_cannot_be_paid_any_more():
    with system() as s:
        payment = s.create(s.customer())
        cancelled = s.post(f"/v1/payments/{payment['id']}/cancel")
        assert cancelled.status == 200 and cancelled.json["status"] == "cancelled", cancelled.body
        assert b"expired" in s.press(payment).body or s.press(payment).status == 400


def test_a_dispute_takes_the_money_and_a_won_one_gives_it_back():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        s.control("POST", "/stripe/actions", {"action": "dispute_open", "reference": payment["reference"]})
        s.wait_status(payment["id"], "disputed")
        assert s.balance(customer) == "0.00"
        s.control("POST", "/stripe/actions", {"action": "dispute_won", "reference": payment["reference"]})
        s.wait_status(payment["id"], "succeeded")
        assert s.balance(customer) == "10.00"


def test_a_refund_made_in_the_providers_dashboard_is_seen():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        s.control("POST", "/stripe/actions", {"action": "refund", "reference": payment["reference"], "amount": 300})
        s.wait_status(payment["id"], "partially_refunded")
        assert s.balance(customer) == "7.00"
        s.verify_and_prove()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
