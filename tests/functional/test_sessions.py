"""People who sign in, through a real host: passwords, roles, lockout, forged requests, TOTP, the portal's links."""
import concurrent.futures
import json
import sys

from harness import ROOT, request, run_all, system
from people import Browser, owner, totp

CONFIG = (ROOT / "config" / "turnpike.yaml").read_text()
GUARDED = CONFIG + "\nsites:\n  - { id: panel, second_factor: totp }\n  - { id: portal, second_factor: totp }\n"


def user(admin, name, role):
    made = admin.send("POST", "/v1/users", {"username": name, "role": role})
    assert made.status == 201, made.body
    browser = Browser(admin.system)
    browser.sign_in(name, made.json["one_time_password"])
    changed = browser.send("POST", "/v1/sessions/current/password", {"current": made.json["one_time_password"], "new": "another long one"})
    assert changed.status == 200 and changed.json["status"] == "active", changed.body
    return browser


def test_an_owner_signs_in_changes_the_password_and_signs_out():
    with system() as s:
        admin = owner(s)
        assert "HttpOnly" in admin.attributes and "SameSite=Strict" in admin.attributes and admin.cookie.startswith("__Host-turnpike_panel=")
        now = admin.send("GET", "/v1/sessions/current").json
        assert now["status"] == "active" and now["role"] == "owner" and now["scopes"] == ["*"], now
        old = admin.cookie
        assert admin.send("GET", "/v1/users").json["data"][0]["username"] == "admin"
        assert s.command("admin", "create", "admin").returncode == 1
        assert s.command("admin", "create", "second", "--if-none").stdout == ""
        assert admin.send("DELETE", "/v1/sessions/current").status == 204
        assert request("GET", s.url + "/v1/users", headers={"Cookie": old}).json["code"] == "not_signed_in"
        assert Browser(s).sign_in("ADMIN ", "correct horse battery").status == 201


def test_a_session_gets_another_token_whenever_it_gains_rights():
    with system() as s:
        made = s.command("admin", "create", "admin")
        once = made.stdout.strip().rsplit(" ", 1)[1]
        browser = Browser(s)
        browser.cookie = "__Host-turnpike_panel=chosen-by-somebody-else"
        browser.sign_in("admin", once)
        first = browser.cookie
        assert "chosen" not in first
        assert browser.send("GET", "/v1/users").json["code"] == "sign_in_unfinished"
        browser.send("POST", "/v1/sessions/current/password", {"current": once, "new": "correct horse battery"})
        assert browser.cookie != first
        assert request("GET", s.url + "/v1/sessions/current", headers={"Cookie": first}).status == 401


def test_a_request_another_page_sends_is_refused():
    with system() as s:
        admin = owner(s)
        body = {"name": "Eve"}
        assert admin.send("POST", "/v1/customers", body, {"Origin": "https://evil.example"}).json["code"] == "cross_site"
        assert admin.send("POST", "/v1/customers", body, {"X-CSRF-Token": "guess"}).json["code"] == "csrf_token_wrong"
        assert Browser(s).send("POST", "/v1/sessions", {"username": "admin", "password": "x"}, {"Origin": "null"}).json["code"] == "cross_site"
        assert admin.send("POST", "/v1/customers", body).status == 201


def test_wrong_passwords_lock_out_and_do_not_tell_who_exists():
    with system() as s:
        owner(s)
        stranger = Browser(s)
        for name in ("admin", "nobody"):
            for _ in range(5):
                assert stranger.sign_in(name, "wrong wrong").json["code"] == "sign_in_failed"
            locked = stranger.sign_in(name, "correct horse battery")
            assert locked.status == 429 and locked.json["code"] == "locked_out" and int(locked.headers["Retry-After"]) > 0, locked.body


def test_every_route_asks_every_role_for_its_scope():
    """The matrix: what OpenAPI says a route needs is what each role meets."""
    rights = {
        "operator": ({"customers", "payments", "refunds", "operations", "integrations", "events", "second_factor", "accounting", "numbers", "scripts"}, {"ledger", "audit"}),
        "finance": ({"refunds", "adjustments", "ledger", "accounting"}, {"customers", "payments", "operations", "events", "audit"}),
        "support": (set(), {"customers", "payments", "operations", "integrations", "ledger", "events", "numbers"}),
    }
    with system() as s:
        admin = owner(s)
        description = request("GET", s.url + "/openapi.json").json
        browsers = {role: user(admin, role, role) for role in rights}
        tried = 0
        for path, methods in description["paths"].items():
            for method, operation in methods.items():
                scope = operation["x-scope"]
                assert operation["summary"], f"{method} {path} has no summary"
                if scope == "public" or path == "/v1/reload":
                    continue
                for role, (writes, reads) in rights.items():
                    answer = browsers[role].send(method.upper(), path.replace("{", "").replace("}", ""), None if method in ("get", "delete") else {})
                    # A consent page begins with a GET, as the contract has it, and is an act all the same.
                    reading = method == "get" and not path.endswith("/connect")
                    may = scope in writes or (reading and scope in reads)
                    forbidden = answer.status == 403 and answer.json["code"] == "forbidden"
                    assert forbidden != may, f"{role} {method} {path} ({scope}): {answer.status} {answer.body[:200]}"
                    tried += 1
        assert tried > 150, tried
        hook = browsers["support"].send("GET", "/v1/integrations/stripe-main").json["webhook_url"]
        assert hook is None and browsers["operator"].send("GET", "/v1/integrations/stripe-main").json["webhook_url"]


def test_a_disabled_user_is_out_at_once_and_the_last_owner_stays():
    with system() as s:
        admin = owner(s)
        helper = user(admin, "helper", "operator")
        listed = {u["username"]: u["id"] for u in admin.send("GET", "/v1/users").json["data"]}
        assert helper.send("GET", "/v1/payments").status == 200
        assert admin.send("PATCH", f"/v1/users/{listed['helper']}", {"disabled": True}).status == 200
        assert helper.send("GET", "/v1/payments").status == 401
        assert admin.send("DELETE", f"/v1/users/{listed['admin']}").json["code"] == "last_owner"
        assert admin.send("PATCH", f"/v1/users/{listed['admin']}", {"role": "support"}).json["code"] == "last_owner"
        actions = [row["action"] for row in admin.send("GET", "/v1/audit").json["data"]]
        assert "user.change" in actions and "session.sign_in" in actions, actions


def test_a_panel_with_totp_enrolls_at_the_first_sign_in_and_takes_each_code_once():
    with system(config=GUARDED) as s:
        made = s.command("admin", "create", "admin")
        once = made.stdout.strip().rsplit(" ", 1)[1]
        browser = Browser(s)
        browser.sign_in("admin", once)
        answer = browser.send("POST", "/v1/sessions/current/password", {"current": once, "new": "correct horse battery"})
        assert answer.json["status"] == "enrollment_required", answer.body
        begun = browser.send("POST", "/v1/sessions/current/totp").json
        assert begun["uri"].startswith("otpauth://totp/Turnpike:admin?secret=" + begun["secret"])
        wrong = browser.send("POST", "/v1/sessions/current/totp/confirm", {"passcode": "000000"})
        assert wrong.json["code"] == "passcode_wrong", wrong.body
        code = totp(begun["secret"])
        confirmed = browser.send("POST", "/v1/sessions/current/totp/confirm", {"passcode": code})
        assert confirmed.status == 200 and len(confirmed.json["recovery_codes"]) == 10, confirmed.body
        again = Browser(s)
        assert again.sign_in("admin", "correct horse battery").json["status"] == "second_factor_required"
        assert again.send("GET", "/v1/users").json["code"] == "sign_in_unfinished"
        replayed = again.send("POST", "/v1/sessions/current/second-factor", {"factor": "totp", "passcode": code})
        assert replayed.json["code"] == "passcode_wrong", replayed.body
        fresh = again.send("POST", "/v1/sessions/current/second-factor", {"factor": "totp", "passcode": totp(begun["secret"], step=1)})
        assert fresh.json["status"] == "active", fresh.body
        third = Browser(s)
        third.sign_in("admin", "correct horse battery")
        recovery = confirmed.json["recovery_codes"][0]
        assert third.send("POST", "/v1/sessions/current/second-factor", {"factor": "recovery", "passcode": recovery.lower()}).json["status"] == "active"
        fourth = Browser(s)
        fourth.sign_in("admin", "correct horse battery")
        assert fourth.send("POST", "/v1/sessions/current/second-factor", {"factor": "recovery", "passcode": recovery}).json["code"] == "passcode_wrong"


def test_guesses_on_many_connections_are_all_counted():
    with system() as s:
        begun = s.post("/v1/2fa/enrollments", {"integration": "totp", "username": "ada"}).json
        s.post("/v1/2fa/enrollments/confirm", {"integration": "totp", "username": "ada", "passcode": totp(begun["secret"])})
        right = totp(begun["secret"], step=1)
        challenges = [s.post("/v1/2fa/challenges", {"integration": "totp", "username": "ada"}).json["id"] for _ in range(10)]

        def guess(n):
            code = "%06d" % n
            if code in (right, totp(begun["secret"]), totp(begun["secret"], step=-1)):
                return "passcode_wrong"
            return s.post(f"/v1/2fa/challenges/{challenges[n % 10]}/passcode", {"passcode": code}).json["code"]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            said = list(pool.map(guess, range(400)))
        assert said.count("passcode_wrong") <= 5 and set(said) <= {"passcode_wrong", "locked_out", "challenge_over"}, {c: said.count(c) for c in set(said)}
        late = s.post("/v1/2fa/challenges", {"integration": "totp", "username": "ada", "passcode": right})
        assert late.status == 429 and late.json["code"] == "locked_out", late.body


def test_an_allowed_challenge_is_consumed_once():
    with system() as s:
        begun = s.post("/v1/2fa/enrollments", {"integration": "totp", "username": "ada"}).json
        s.post("/v1/2fa/enrollments/confirm", {"integration": "totp", "username": "ada", "passcode": totp(begun["secret"])})
        asked = s.post("/v1/2fa/challenges", {"integration": "totp", "username": "ada"}).json
        assert asked["status"] == "waiting" and asked["factor"] == "passcode"
        assert s.post(f"/v1/2fa/challenges/{asked['id']}/consume").json["code"] == "challenge_not_allowed"
        allowed = s.post(f"/v1/2fa/challenges/{asked['id']}/passcode", {"passcode": totp(begun["secret"], step=1)}).json
        assert allowed["status"] == "allowed" and allowed["reason"] == "approved", allowed
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            used = list(pool.map(lambda _: s.post(f"/v1/2fa/challenges/{asked['id']}/consume").status, range(8)))
        assert used.count(200) == 1 and used.count(409) == 7, used
        assert s.post("/v1/2fa/challenges", {"integration": "totp", "username": "bob"}).json["status"] == "requires_enrollment"


def test_a_link_opens_the_portal_once_and_only_for_its_customer():
    with system() as s:
        ada, bob = s.customer("Ada"), s.customer("Bob")
        link = s.post(f"/v1/customers/{ada}/portal-links", {"ttl_s": 60}).json["url"]
        token = link.split("#")[1]
        portal = Browser(s, "portal")
        opened = portal.send("POST", "/v1/sessions/link", {"token": token})
        assert opened.status == 201 and opened.json["customer"] == ada and opened.json["status"] == "active", opened.body
        assert "SameSite=Lax" in portal.attributes
        assert Browser(s, "portal").send("POST", "/v1/sessions/link", {"token": token}).json["code"] == "link_over"
        ways = [way["id"] for way in portal.send("GET", "/v1/portal/ways?currency=USD").json["data"]]
        assert "stripe-main" in ways, ways
        quoted = portal.send("POST", "/v1/portal/quotes", {"integration": "stripe-main", "currency": "USD", "amount": "10.00"}).json
        assert quoted["total"] == "10.59", quoted
        body = {"integration": "stripe-main", "currency": "USD", "amount": "10.00"}
        paid = portal.send("POST", "/v1/portal/payments", body, {"Idempotency-Key": "one"})
        assert paid.status == 201, paid.body
        s.press(paid.json)
        s.wait_status(paid.json["id"], "succeeded")
        assert portal.send("GET", "/v1/portal/me").json["balances"][0]["balance"] == "10.00"
        assert "provider_ids" not in portal.send("GET", f"/v1/portal/payments/{paid.json['id']}").json
        csv = portal.send("GET", "/v1/portal/payments.csv").body.decode()
        assert csv.startswith("id,created_at,status") and paid.json["id"] in csv and ",10.00," in csv, csv
        others = s.create(bob)
        assert portal.send("GET", f"/v1/portal/payments/{others['id']}").status == 404
        assert portal.send("GET", "/v1/payments").status == 401
        assert json.dumps(portal.send("GET", "/v1/portal/payments").json).count(others["id"]) == 0


if __name__ == "__main__":
    sys.exit(run_all(globals()))
