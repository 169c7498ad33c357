"""Xero: connected by consent, refreshed once for all, books what was paid, learns what was paid there."""
import concurrent.futures
import datetime
import sys

import walk
from harness import request, run_all, system, wait_for

CLIENT = {"client_id": "TURNPIKE0000000000000000000XERO1", "client_secret": "xero_secret_turnpike_0123456789"}
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def act(s, action, **more):
    return s.control("POST", "/xero/actions", {"action": action, **more})


def book(s, what, **body):
    answer = s.post(f"/v1/accounting/{what}", {"integration": "xero-main", **body}, key=s.fresh_key())
    assert answer.status == 201, answer.body
    return answer.json


def consent(s, integration, button="allow"):
    """What an administrator's browser does: the address, the page, its button, and back."""
    asked = s.get(f"/v1/integrations/{integration}/connect")
    assert asked.status == 200, asked.body
    page = request("GET", asked.json["url"])
    assert b"wants access" in page.body, page.body
    back = request("POST", asked.json["url"] + "&answer=" + button, b"")
    return request("GET", back.headers["Location"]), back.headers["Location"]


def paid_payment(s, amount="10.00"):
    customer = s.customer("Grace <Hopper>")
    payment = s.create(customer, amount)
    s.press(payment)
    s.wait_status(payment["id"], "succeeded")
    wait_for("the fee", lambda: s.payment(payment["id"])["fee_status"] == "known")
    return s.payment(payment["id"])


def test_an_online_invoice_is_a_way_to_pay():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "xero-main", "USD", "50.00")
        assert "in.xero.com" in payment["next_action"]["url"], payment
        act(s, "pay_part", reference=payment["reference"], amount=2000)
        wait_for("the part", lambda: s.payment(payment["id"])["captured"] == "20.00")
        assert s.payment(payment["id"])["status"] != "succeeded"
        assert s.press(payment).status == 303
        walk.settled(s, payment)
        walk.again(s, "xero")
        assert sum(float(row) for row in walk.rows_of(s, customer)) == 50, walk.rows_of(s, customer)
        s.verify_and_prove()


def test_a_written_off_invoice_credits_nobody():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "xero-main", "USD", "50.00")
        act(s, "write_off", reference=payment["reference"])
        walk.settled(s, payment, "cancelled")
        assert s.balance(customer) == "0.00"


def test_consent_connects_and_its_state_is_good_once():
    with system() as s:
        not_yet = s.post("/v1/accounting/contacts", {"integration": "xero-consent", "contact": {"name": "Ada"}}, key="a")
        assert (not_yet.status, not_yet.json["code"]) == (502, "provider_credentials"), not_yet.body
        refused, _ = consent(s, "xero-consent", "cancel")
        assert (refused.status, refused.json["code"]) == (402, "declined"), refused.body
        done, back = consent(s, "xero-consent")
        assert done.status == 200 and b"Xero is connected." in done.body, done.body
        assert done.headers.get("Set-Cookie") is None
        twice = request("GET", back)
        assert (twice.status, twice.json["code"]) == (400, "connect_over"), twice.body
        forged = request("GET", back.split("state=")[0] + "state=x")
        assert forged.json["code"] == "connect_over", forged.body
        assert s.get("/v1/integrations/xero-consent").json["account"] == "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f"
        assert s.post("/v1/integrations/xero-consent/test").json["ok"] is True
        assert s.post("/v1/accounting/contacts", {"integration": "xero-consent", "contact": {"name": "Ada"}}, key="b").status == 201


def test_pkce_connects_without_a_secret():
    with system() as s:
        made = s.post("/v1/integrations", {"id": "xero-pkce", "provider": "xero", "mode": "test", "settings": {"auth_type": "pkce", "client_id": CLIENT["client_id"]}})
        assert made.status == 201, made.body
        done, _ = consent(s, "xero-pkce")
        assert b"Xero is connected." in done.body, done.body
        act(s, "expire_tokens")
        assert s.post("/v1/integrations/xero-pkce/test").json["ok"] is True


def test_of_several_organisations_the_administrator_chooses():
    with system() as s:
        act(s, "second_organisation")
        s.post("/v1/integrations", {"id": "xero-two", "provider": "xero", "mode": "test", "settings": {"auth_type": "code", **CLIENT}})
        done, _ = consent(s, "xero-two")
        assert b"a1a2a3a4-9458-4c7d-93cc-f02b81b0594f  Second Company" in done.body, done.body
        listed = s.post("/v1/integrations/xero-two/test").json
        assert listed["ok"] is False and len(listed["details"]) == 2, listed
        s.api("PUT", "/v1/integrations/xero-two", {"provider": "xero", "mode": "test", "settings": {"auth_type": "code", "client_id": CLIENT["client_id"], "tenant_id": "a1a2a3a4-9458-4c7d-93cc-f02b81b0594f"}})
        assert s.post("/v1/integrations/xero-two/test").json["ok"] is True


def test_twenty_operations_refresh_once_and_a_restart_stays_connected():
    with system() as s:
        consent(s, "xero-consent")
        act(s, "no_grace")
        for restart in (False, True):
            if restart:
                s.host.stop()
                s.start()
            act(s, "expire_tokens")
            before = act(s, "state")["refreshes"]
            with concurrent.futures.ThreadPoolExecutor(20) as pool:
                answers = list(pool.map(lambda _: s.post("/v1/integrations/xero-consent/test").json, range(20)))
            assert all(answer["ok"] for answer in answers), answers
            assert act(s, "state")["refreshes"] == before + 1, act(s, "state")


def test_a_refresh_whose_answer_was_lost_does_not_disconnect():
    with system() as s:
        consent(s, "xero-consent")
        act(s, "expire_tokens")
        assert s.post("/v1/integrations/xero-consent/test").json["ok"] is True
        # The rotated token is spent, its answer never arrives, and the host is killed meanwhile.
        act(s, "expire_tokens")
        s.control("PUT", "/xero/dials", {"fail_next": "timeout_after_commit"})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: s.post("/v1/integrations/xero-consent/test"))
            wait_for("the failure to be spent", lambda: not s.control("GET", "/xero/dials")["fail_next"])
            s.host.process.kill()
            s.host.process.wait()
        s.start()
        assert s.post("/v1/integrations/xero-consent/test").json["ok"] is True


def test_a_top_up_is_invoiced_paid_and_its_fee_booked_once():
    with system() as s:
        payment = paid_payment(s)
        invoice = book(s, "invoices", payment=payment["id"])
        assert (invoice["status"], invoice["total"], invoice["paid"], invoice["due"]) == ("paid", payment["total"], payment["total"], "0.00"), invoice
        assert set(invoice["parts"]) == {"payment", "fee"}, invoice
        twice = s.post("/v1/accounting/invoices", {"integration": "xero-main", "payment": payment["id"]}, key="other")
        assert (twice.status, twice.json["code"]) == (409, "already_booked"), twice.body
        state = act(s, "state")
        assert (state["invoices"], state["records"], state["bank"], state["contacts"]) == (1, 1, 1, 2), state
        assert s.get(f"/v1/accounting/invoices/{invoice['id']}").json["status"] == "paid"


def test_the_same_key_answers_the_same_and_an_unknown_outcome_is_asked_again():
    with system() as s:
        payment = paid_payment(s)
        body = {"integration": "xero-main", "payment": payment["id"]}
        s.post("/v1/integrations/xero-main/test")
        # Every answer is lost: nobody knows what was booked.
        s.control("PUT", "/xero/dials", {"fail_next": {"status": 500}})
        first = s.post("/v1/accounting/invoices", body, key="once")
        second = s.post("/v1/accounting/invoices", body, key="once")
        assert second.status == 201, (first.body, second.body)
        third = s.post("/v1/accounting/invoices", body, key="once")
        assert third.headers["Idempotent-Replayed"] == "true" and third.json["id"] == second.json["id"]
        other = s.post("/v1/accounting/invoices", {**body, "payment": "pay_x"}, key="once")
        assert other.json["code"] in ("idempotency_mismatch", "unknown_payment"), other.body
        state = act(s, "state")
        assert (state["invoices"], state["records"], state["bank"]) == (1, 1, 1), state


def test_vendors_are_billed_and_paid_as_a_batch():
    with system() as s:
        supplier = {"name": "Carrier Ltd", "number": "sup-1", "bank_account": {"number": "20-00-00 12345678", "name": "Carrier", "details": "INV77"}}
        bills = [book(s, "bills", supplier=supplier, number=f"INV{n}", currency="USD", lines=[{"description": "Minutes", "amount": "120.00"}]) for n in (77, 78)]
        assert [bill["status"] for bill in bills] == ["open", "open"], bills
        twice = s.post("/v1/accounting/bills", {"integration": "xero-main", "supplier": supplier, "number": "INV77", "currency": "USD", "lines": [{"description": "x", "amount": "1.00"}]}, key="y")
        assert (twice.status, twice.json["code"]) == (422, "not_expressible"), twice.body
        batch = book(s, "batch-payments", narrative="CX NOV", currency="USD", payments=[{"bill": bill["id"], "amount": "120.00", "bank_account_number": "20-00-00 12345678"} for bill in bills])
        assert batch["total"] == "240.00" and len(batch["payments"]) == 2, batch
        assert s.get(f"/v1/accounting/invoices/{bills[0]['id']}").json["status"] == "paid"
        too_much = s.post("/v1/accounting/batch-payments", {"integration": "xero-main", "narrative": "CX", "currency": "USD", "payments": [{"bill": bills[0]["id"], "amount": "1.00"}]}, key="z")
        assert too_much.status == 422 and "exceeds" in too_much.json["provider_message"], too_much.body


def test_other_documents_are_booked():
    with system() as s:
        customer = s.customer()
        contact = book(s, "contacts", customer=customer)
        assert contact["kind"] == "contact" and contact["provider_id"], contact
        spent = book(s, "bank-transactions", type="spend", contact={"name": "Stripe"}, currency="USD", reference="fee x", lines=[{"description": "Card fee", "amount": "1.75"}])
        assert spent["total"] == "1.75", spent
        open_invoice = book(s, "invoices", customer=customer, number="2026-1", currency="USD", lines=[{"description": "Setup", "amount": "30.00"}])
        assert open_invoice["status"] == "open" and "in.xero.com" in open_invoice["url"], open_invoice
        book(s, "payments", invoice=open_invoice["id"], currency="USD", amount="30.00", reference="cash 1")
        assert s.get(f"/v1/accounting/invoices/{open_invoice['id']}").json["status"] == "paid"
        kinds = [row["kind"] for row in s.get("/v1/accounting/documents").json["data"]]
        assert kinds == ["payment", "invoice", "bank_transaction", "contact"], kinds


def test_faults_of_a_document_are_named():
    with system() as s:
        def code(what, **body):
            answer = s.post(f"/v1/accounting/{what}", {"integration": "xero-main", **body}, key=s.fresh_key())
            return answer.status, answer.json["code"]
        assert code("invoices", payment="pay_none") == (422, "unknown_payment")
        assert code("bills", number="1", currency="USD", lines=[{"description": "x", "amount": 1.5}], supplier={"name": "A"}) == (422, "amount_invalid")
        assert code("bills", number="1", currency="XXX", lines=[], supplier={"name": "A"}) == (422, "unknown_currency")
        assert code("payments", invoice="doc_none", currency="USD", amount="1.00", reference="r") == (422, "unknown_document")
        assert code("contacts", contact={"name": "A"}, colour="red") == (422, "unknown_field")
        assert code("contacts", integration="stripe-main", contact={"name": "A"}) == (422, "unsupported_operation")
        assert s.post("/v1/accounting/contacts", {"integration": "xero-main", "contact": {"name": "A"}}).json["code"] == "idempotency_key_required"


def test_the_reconciliation_has_four_lists():
    with system() as s:
        booked, unbooked = paid_payment(s), paid_payment(s, "11.00")
        by_invoice = walk.create(s, s.customer(), "xero-main", "USD", "50.00")
        s.press(by_invoice)
        walk.settled(s, by_invoice)
        book(s, "invoices", payment=booked["id"])
        # Somebody books a payment by hand in Xero, under a number of ours.
        stray = book(s, "invoices", customer=s.customer(), number="stray", currency="USD", lines=[{"description": "x", "amount": "3.00"}])
        book(s, "payments", invoice=stray["id"], currency="USD", amount="3.00", reference="hand")
        report = s.get(f"/v1/accounting/reconciliation?integration=xero-main&from={TODAY}&to={TODAY}").json
        lists = {name: [row.get("payment") or row["number"] for row in report[name]] for name in ("matched", "different", "missing_in_books", "missing_in_journal")}
        assert sorted(lists["matched"]) == sorted([booked["id"], by_invoice["id"]]), report
        assert lists["missing_in_books"] == [unbooked["id"]], report
        assert lists["missing_in_journal"] == ["TP-D-stray"] and lists["different"] == [], report
        s.post(f"/v1/payments/{booked['id']}/refunds", {}, key="r")
        row = report["matched"][0]
        assert row["journal"] == row["provider"] == row["books"], row
        assert s.get("/v1/accounting/reconciliation?integration=xero-main&from=x&to=y").status == 422


def test_live_documents_never_reach_the_demo_company_and_test_documents_never_a_real_one():
    with system() as s:
        act(s, "real_company")
        refused = s.post("/v1/accounting/contacts", {"integration": "xero-main", "contact": {"name": "A"}}, key="a")
        assert (refused.status, refused.json["code"]) == (422, "integration_misconfigured"), refused.body
        assert act(s, "state")["contacts"] == 0


def test_xeros_intent_to_receive_is_answered_exactly():
    with system() as s:
        url = s.get("/v1/integrations/xero-main").json["webhook_url"]
        body = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "S0m3r4Nd0mt3xt"}'
        for signature, status in (("Y2q3gpbQ7sicth9m3npfRdtvIrHppzm1zD77zvSh8es=", 200), ("hskL4CjGxnUi+SucSpFOPrr0usiGWKxatkd2AT5lJkA=", 401), ("", 401)):
            answer = request("POST", url, body, {"x-xero-signature": signature, "Content-Type": "application/json"})
            assert (answer.status, answer.body) == (status, b""), (answer.status, answer.body)
            assert answer.headers.get("Set-Cookie") is None and not answer.headers.get("Content-Type"), answer.headers
        act(s, "intent_to_receive")
        wait_for("the messages", lambda: len([row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["kind"] != "payment"]) >= 6)


def test_a_rate_limit_is_waited_for_or_named():
    with system() as s:
        act(s, "limit", per_minute=3)
        answers = [s.post("/v1/accounting/contacts", {"integration": "xero-main", "contact": {"name": f"A{n}"}}, key=f"k{n}") for n in range(3)]
        assert answers[-1].status == 503 and answers[-1].json["code"] == "provider_rate_limited", answers[-1].body
        assert answers[-1].headers["Retry-After"], answers[-1].headers
        act(s, "limit", per_minute=600)
        assert s.post("/v1/accounting/contacts", {"integration": "xero-main", "contact": {"name": "A9"}}, key="k9").status == 201


if __name__ == "__main__":
    sys.exit(run_all(globals()))
