"""Moneris: no webhooks, so receipts are read; the receipt's amount counts, never the one that was asked for."""
import json
import sys

import walk
from harness import request, run_all, system, wait_for
from test_razorpay import page_of


def pay(s, payment, button="pay"):
    """As the form on our page does it: its button, then the browser goes where our page sends it."""
    _, data = page_of(s, payment)
    assert request("POST", f"{s.sandbox_url}/gatewayt.moneris.com/chktv2/display/{button}?tck={data['ticket']}", b"").status == 200
    return request("GET", data["cancel_url" if button == "cancel" else "return_url"]).headers["Location"]


def test_a_payment_is_read_from_its_receipt_and_refunded_over_the_gateway():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "moneris-main", "CAD", "15.00")
        body = json.loads(walk.sent(s, payment, "checkout.preload")[0])
        assert (body["txn_total"], body["order_no"], body["environment"], body["action"], body["store_id"]) == ("15.00", payment["reference"], "qa", "preload", "store5"), body
        assert "yesguy" not in str(walk.calls_of(s, payment))
        assert "status=succeeded" in pay(s, payment)
        assert s.balance(customer, "CAD") == "15.00"
        walk.refund(s, payment, "4.00")
        number = s.payment(payment["id"])["provider_ids"]["transaction"]
        sent = next(line for row in s.get(f"/v1/payments/{payment['id']}/timeline").json["data"] if row["kind"] == "call" for line in row["transcript"] if line["label"] == "refund.create")["request"]["body"]
        assert f"<refund><order_id>{payment['reference']}</order_id><amount>4.00</amount><txn_number>{number}</txn_number><crypt_type>7</crypt_type></refund>" in sent, sent
        walk.settled(s, payment, "partially_refunded")
        walk.refund(s, payment)
        walk.settled(s, payment, "refunded")
        assert s.balance(customer, "CAD") == "0.00"
        s.verify_and_prove()


def test_the_page_loads_from_moneris_only_and_holds_no_card_field():
    with system() as s:
        payment = walk.create(s, s.customer(), "moneris-main", "CAD", "15.00")
        shown, data = page_of(s, payment)
        assert b"<input" not in shown.body and set(data) == {"script", "mode", "ticket", "return_url", "cancel_url"}, data
        assert data["mode"] == "qa" and f"connect-src {s.sandbox_url}/gatewayt.moneris.com/" in shown.headers["Content-Security-Policy"]
        assert b"monerisCheckout" in request("GET", data["script"]).body


def test_a_closed_browser_loses_no_payment():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "moneris-main", "CAD", "15.00")
        walk.act(s, "moneris", payment, "pay")
        wait_for("the poll to read the receipt", lambda: s.balance(customer, "CAD") == "15.00", 40)


def test_declines_and_cancels_say_what_they_are():
    with system() as s:
        customer = s.customer()
        declined = walk.create(s, customer, "moneris-main", "CAD", "5.51")
        assert "status=failed" in pay(s, declined)
        assert s.payment(declined["id"])["reason"] == "51"
        left = walk.create(s, customer, "moneris-main", "CAD", "15.00")
        assert "status=requires_action" in pay(s, left, "cancel")
        assert s.balance(customer, "CAD") == "0.00"


def test_a_part_approval_is_never_credited_as_the_whole():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "moneris-main", "CAD", "8.10")
        pay(s, payment)
        held = walk.settled(s, payment, "held")
        assert (held["captured"], held["reason"]) == ("4.05", "underpaid"), held
        assert s.balance(customer, "CAD") == "0.00"


def test_an_authorization_is_completed_in_part_once_or_voided():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "moneris-later", "CAD", "15.00", capture="manual")
        assert "status=authorized" in pay(s, payment)
        taken = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "6.00"}, key="c")
        assert taken.status == 200 and taken.json["captured"] == "6.00", taken.body
        other = walk.create(s, customer, "moneris-later", "CAD", "15.00", capture="manual")
        pay(s, other)
        assert s.post(f"/v1/payments/{other['id']}/cancel").json["status"] == "cancelled"
        assert s.balance(customer, "CAD") == "6.00"
        s.verify_and_prove()


def test_a_refund_whose_answer_got_lost_is_found_by_its_status():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "moneris-main", "CAD", "15.00")
        pay(s, payment)
        s.control("PUT", "/moneris/dials", {"fail_next": "timeout_after_commit"})
        asked = s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "4.00"}, key="r")
        assert asked.status in (201, 202), asked.body
        wait_for("the refund to be known", lambda: s.get(f"/v1/payments/{payment['id']}/refunds").json["data"][0]["status"] == "succeeded")
        assert len([row for row in s.control("GET", "/moneris/ledger")["data"] if row["kind"] == "refund"]) == 1
        assert s.balance(customer, "CAD") == "11.00"


if __name__ == "__main__":
    sys.exit(run_all({name: test for name, test in globals().items() if name.startswith("test_") and callable(test)}))
