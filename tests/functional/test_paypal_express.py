"""PayPal Express Checkout: charged once on return, back to PayPal when a card fails, news by IPN, one id for all sources."""
import sys
import urllib.parse

import walk
from harness import request, run_all, system, wait_for


def token_of(payment):
    return payment["provider_ids"]["token"]


def press(s, payment, button="pay"):
    """The button on PayPal's page; where the browser is sent."""
    assert payment["next_action"]["url"] == f"{s.sandbox_url}/www.sandbox.paypal.com/cgi-bin/webscr?cmd=_express-checkout&useraction=commit&token={token_of(payment)}", payment
    return request("POST", f"{s.sandbox_url}/www.sandbox.paypal.com/{button}?token={token_of(payment)}", b"").headers["Location"]


def approve(s, payment, button="pay"):
    """The button, and the browser's way back to us."""
    return request("GET", press(s, payment, button)).headers["Location"]


def labels(s, payment):
    return [line["label"] for line in walk.calls_of(s, payment)]


def test_the_whole_way_and_back():
    with system() as s:
        walk.pays_and_refunds(s, "paypal_express", "paypal-main", "USD", "25.99", "5.99", 1000, "10.00", fee="1.18", pay=approve)


def test_the_checkout_says_exactly_what_is_to_be_paid_and_no_credential_is_shown():
    with system() as s:
        payment = walk.create(s, s.customer(), "paypal-main", "USD", "25.99")
        fields = dict(urllib.parse.parse_qsl(walk.sent(s, payment, "checkout.set")[0]))
        assert (fields["METHOD"], fields["VERSION"], fields["PAYMENTREQUEST_0_AMT"], fields["PAYMENTREQUEST_0_ITEMAMT"], fields["PAYMENTREQUEST_0_INVNUM"]) == ("SetExpressCheckout", "124.0", "25.99", "25.99", payment["reference"])
        assert (fields["L_PAYMENTREQUEST_0_AMT0"], fields["PAYMENTREQUEST_0_PAYMENTACTION"], fields["PAYMENTREQUEST_0_CURRENCYCODE"]) == ("25.99", "Sale", "USD")
        shown = str(walk.calls_of(s, payment))
        assert "PWDTURNPIKE" not in shown and "turnpike-Signature" not in shown, shown


def test_the_payer_is_charged_once_however_often_the_browser_comes_back():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        home = press(s, payment)
        assert home.endswith(f"token={token_of(payment)}&PayerID=N3WAUXSEHHQVQ"), home
        for _ in range(3):
            assert "status=succeeded" in request("GET", home).headers["Location"]
        assert labels(s, payment).count("checkout.do") == 1
        walk.again(s, "paypal_express")
        assert s.balance(customer) == "25.00"


def test_a_return_without_approval_charges_nothing():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        lie = walk.browser_back(s, payment, query=f"?token={token_of(payment)}&PayerID=ATTACKER12345")
        assert "status=requires_action" in lie.headers["Location"], lie.headers
        assert "checkout.do" not in labels(s, payment) and s.balance(customer) == "0.00"


def test_a_card_that_fails_sends_the_browser_back_to_paypal_with_the_same_token():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "104.86")
        assert approve(s, payment) == payment["next_action"]["url"]
        assert s.payment(payment["id"])["status"] == "requires_action"
        assert "status=succeeded" in approve(s, payment)
        assert s.balance(customer) == "104.86"
        s.verify_and_prove()


def test_a_lost_answer_to_the_charge_is_asked_about_and_never_charged_again():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        s.control("PUT", "/paypal_express/dials", {"loss": 1})
        walk.act(s, "paypal_express", payment, "lose_charge")
        request("GET", press(s, payment))
        unknown = s.payment(payment["id"])
        assert (unknown["status"], unknown["outcome"]) in (("requires_action", "unknown"), ("pending", "unknown"), ("succeeded", "known")), unknown
        walk.settled(s, payment)
        assert labels(s, payment).count("checkout.do") == 1
        assert s.balance(customer) == "25.00"


def test_an_echeck_is_pending_for_days_and_then_credited_with_its_fee():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        walk.act(s, "paypal_express", payment, "echeck")
        assert "status=pending" in approve(s, payment)
        waiting = s.payment(payment["id"])
        assert (waiting["status"], waiting["reason"]) == ("pending", "echeck"), waiting
        walk.act(s, "paypal_express", payment, "clear")
        walk.settled(s, payment)
        assert s.payment(payment["id"])["fee"] == "1.15"
        assert s.balance(customer) == "25.00"


def test_an_authorization_is_captured_in_part_and_another_voided():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00", capture="manual")
        assert "status=authorized" in approve(s, payment)
        taken = s.post(f"/v1/payments/{payment['id']}/capture", {"amount": "10.00"}, key="c")
        assert taken.status == 200 and taken.json["captured"] == "10.00", taken.body
        assert s.balance(customer) == "10.00"
        other = walk.create(s, customer, "paypal-main", "USD", "25.00", capture="manual")
        approve(s, other)
        assert s.post(f"/v1/payments/{other['id']}/cancel").json["status"] == "cancelled"
        assert s.balance(customer) == "10.00"
        s.verify_and_prove()


def test_currencies_without_decimals_travel_without():
    with system() as s:
        customer = s.customer()
        for currency, amount in (("JPY", "2500"), ("HUF", "2500.00")):
            payment = walk.create(s, customer, "paypal-main", currency, amount)
            assert "PAYMENTREQUEST_0_AMT=2500&" in walk.sent(s, payment, "checkout.set")[0]
            approve(s, payment)
            walk.settled(s, payment)
            assert s.balance(customer, currency) == amount
        refused = s.post("/v1/payments", {"customer": customer, "integration": "paypal-main", "currency": "HUF", "amount": "10.50", "return_url": "https://shop.example/"}, key="x")
        assert refused.json["code"] == "amount_step", refused.body


def test_money_that_another_integration_booked_counts_once():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        approve(s, payment)
        walk.settled(s, payment)
        transaction = s.payment(payment["id"])["provider_ids"]["transaction"]
        # The account's own IPN address hears of the same money as a Send Money.
        body = f"txn_type=send_money&payment_status=Completed&txn_id={transaction}&mc_gross=25.00&mc_fee=1.15&mc_currency=USD&payer_email=p%40example.com&receiver_email=billing%40voip.example&charset=windows-1252&test_ipn=1"
        s.control("POST", "/paypal_ipn/actions", {"action": "raw", "hex": body.encode().hex()})
        wait_for("the message", lambda: [row for row in s.get("/v1/payment-log").json["data"] if row["integration"] == "paypal-ipn" and row["status"] == "accepted"])
        assert len(s.get("/v1/payments").json["data"]) == 1
        assert s.balance(customer) == "25.00"


def test_a_genuine_message_about_money_of_another_account_credits_nobody():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        # Anybody can pay himself with our reference and have PayPal tell us: PayPal did send this.
        body = f"txn_type=cart&payment_status=Completed&txn_id=1EV00000AA111111B&invoice={payment['reference']}&mc_gross=25.00&mc_fee=1.15&mc_currency=USD&payer_email=p%40example.com&receiver_email=evil%40example.net&business=evil%40example.net&receiver_id=XXXXXXXXXXXXX&charset=windows-1252&test_ipn=1"
        s.control("POST", "/paypal_ipn/actions", {"action": "raw", "hex": body.encode().hex()})
        hook = s.get("/v1/integrations/paypal-main").json["webhook_url"]
        assert request("POST", hook, body.encode()).status == 200
        wait_for("the message", lambda: [row for row in s.get("/v1/payment-log").json["data"] if row["integration"] == "paypal-main" and row["kind"] in ("notification", "refusal") and row["status"] in ("accepted", "ignored", "refused")])
        assert (s.payment(payment["id"])["status"], s.balance(customer)) == ("requires_action", "0.00")


def test_a_chargeback_takes_all_of_it():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paypal-main", "USD", "25.00")
        approve(s, payment)
        walk.settled(s, payment)
        walk.act(s, "paypal_express", payment, "chargeback")
        walk.settled(s, payment, "disputed")
        assert (s.payment(payment["id"])["disputed"], s.balance(customer)) == ("25.00", "0.00")


def test_an_expired_token_is_an_expired_payment():
    with system() as s:
        payment = walk.create(s, s.customer(), "paypal-main", "USD", "25.00")
        walk.act(s, "paypal_express", payment, "expire")
        s.post(f"/v1/payments/{payment['id']}/refresh")
        assert s.payment(payment["id"])["status"] == "expired"


if __name__ == "__main__":
    sys.exit(run_all(globals()))
