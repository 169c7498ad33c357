"""Emetec (the Open Payment Platform): result codes decide, messages are sealed, statuses are asked for sparingly."""
import sys
import urllib.parse

import walk
from harness import request, run_all, system, wait_for
from test_razorpay import page_of


def press(s, payment, button="pay"):
    """As the platform's form on our page does it; where the browser is sent in the end."""
    _, data = page_of(s, payment)
    checkout = payment["provider_ids"]["checkout"]
    assert request("POST", f"{s.sandbox_url}/test.emetec.pro/v1/emulated/{checkout}/{button}", b"").status == 200
    path = urllib.parse.quote(f"/v1/checkouts/{checkout}/payment", safe="")
    return request("GET", f"{data['return_url']}?id={checkout}&resourcePath={path}").headers["Location"]


def test_the_whole_way_and_back():
    with system() as s:
        walk.pays_and_refunds(s, "emetec", "emetec-main", "USD", "92.00", "10.00", 2000, "62.00")


def test_the_checkout_says_exactly_what_is_to_be_paid():
    with system() as s:
        payment = walk.create(s, s.customer(), "emetec-main", "USD", "92.00")
        assert walk.sent(s, payment, "checkout.create")[0] == f"entityId=8a8294174e735d0c014e78cf26461790&amount=92.00&currency=USD&paymentType=DB&merchantTransactionId={payment['reference']}&transactionCategory=EC&customer.merchantCustomerId={payment['customer']}&integrity=true", walk.sent(s, payment, "checkout.create")
        shown, data = page_of(s, payment)
        assert data["script"] == f"{s.sandbox_url}/test.emetec.pro/v1/paymentWidgets.js?checkoutId={payment['provider_ids']['checkout']}", data
        assert b"<input" not in shown.body and b"window.location" in request("GET", data["script"]).body


def test_the_return_settles_what_no_webhook_told_and_forged_addresses_are_not_followed():
    with system() as s:
        s.control("PUT", "/emetec/dials", {"loss": 1})
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "USD", "92.00")
        lie = request("GET", page_of(s, payment)[1]["return_url"] + "?id=evil&resourcePath=%2F%2Fevil.example%2Fv1")
        assert "status=requires_action" in lie.headers["Location"], lie.headers
        assert all("evil" not in line["url"] for line in walk.calls_of(s, payment))
        assert "status=succeeded" in press(s, payment)
        assert s.balance(customer) == "92.00"


def test_a_status_that_is_asked_for_too_often_falls_back_to_a_search():
    with system() as s:
        s.control("PUT", "/emetec/dials", {"loss": 1})
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "USD", "92.00")
        for _ in range(3):
            request("GET", page_of(s, payment)[1]["return_url"])
        assert "status=succeeded" in press(s, payment)
        assert s.balance(customer) == "92.00"


def test_declined_and_cancelled_are_told_apart_and_a_later_success_wins():
    with system() as s:
        customer = s.customer()
        declined = walk.create(s, customer, "emetec-main", "USD", "92.00")
        assert "status=failed" in press(s, declined, "decline")
        assert s.payment(declined["id"])["reason"] == "800.100.153"
        cancelled = walk.create(s, customer, "emetec-main", "USD", "92.00")
        assert "status=cancelled" in press(s, cancelled, "cancel")
        walk.act(s, "emetec", declined, "pay")
        walk.settled(s, declined)
        assert s.balance(customer) == "92.00"


def test_an_authorization_is_captured_in_part_or_voided():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "USD", "92.00", capture="manual")
        assert "status=authorized" in press(s, payment)
        taken = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "50.00"}, key="c")
        assert taken.status == 200 and taken.json["captured"] == "50.00", taken.body
        other = walk.create(s, customer, "emetec-main", "USD", "92.00", capture="manual")
        press(s, other)
        assert s.post(f"/v1/payments/{other['id']}/cancel").json["status"] == "cancelled"
        assert s.balance(customer) == "50.00"
        s.verify_and_prove()


def test_a_refund_whose_answer_got_lost_is_found_by_its_name():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "USD", "92.00")
        press(s, payment)
        s.control("PUT", "/emetec/dials", {"loss": 1, "fail_next": "timeout_after_commit"})
        s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "10.00"}, key="r")
        wait_for("the refund to be known", lambda: s.get(f"/v1/payments/{payment['id']}/refunds").json["data"][0]["status"] == "succeeded")
        assert len([row for row in s.control("GET", "/emetec/ledger")["data"] if row["kind"] == "refund"]) == 1
        assert s.balance(customer) == "82.00"


def test_what_does_not_open_is_refused_and_yen_have_decimals_on_the_wire():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "JPY", "9200")
        assert "amount=9200.00&currency=JPY" in walk.sent(s, payment, "checkout.create")[0]
        s.control("PUT", "/emetec/dials", {"bad_signature": True})
        walk.act(s, "emetec", payment, "pay")
        wait_for("the refusal", lambda: [row for row in s.get("/v1/payment-log").json["data"] if row["kind"] == "refusal"])
        assert s.balance(customer, "JPY") in ("0", "0.00")
        s.post(f"/v1/payments/{payment['id']}/refresh")
        assert s.balance(customer, "JPY") == "9200"


def test_a_chargeback_takes_and_its_reversal_gives():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "emetec-main", "USD", "92.00")
        press(s, payment)
        walk.act(s, "emetec", payment, "dispute_open")
        walk.settled(s, payment, "disputed")
        assert s.balance(customer) == "0.00"
        walk.act(s, "emetec", payment, "dispute_won")
        wait_for("the money to come back", lambda: s.balance(customer) == "92.00")


if __name__ == "__main__":
    sys.exit(run_all({name: test for name, test in globals().items() if name.startswith("test_") and callable(test)}))
