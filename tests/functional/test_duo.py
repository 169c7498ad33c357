"""Second factors by Duo through real processes: pushes that wait for a person, codes, fail modes, Duo's own page, signing in."""
import concurrent.futures
import sys

from alerts import fires
from harness import ROOT, request, run_all, system, wait_for
from people import Browser

CONFIG = (ROOT / "config" / "turnpike.yaml").read_text()


def ask(s, username="ada", **more):
    answer = s.post("/v1/2fa/challenges", {"integration": "duo-main", "username": username, **more})
    assert answer.status == 201, answer.body
    return answer.json


def wait(s, challenge, seconds=10):
    return s.get(f"/v1/2fa/challenges/{challenge['id']}?wait={seconds}").json


def push(s, username):
    return wait_for("the push", lambda: [p for p in s.control("GET", "/duo/pushes")["data"] if p["username"] == username])[0]


def answer(s, username, said, **more):
    return s.control("POST", f"/duo/pushes/{push(s, username)['id']}", {"answer": said, **more})


def test_a_push_waits_for_the_person_and_a_decision_wakes_whoever_waits():
    with system() as s:
        asked = ask(s, factor="push")
        assert asked["status"] == "waiting" and asked["factor"] == "push", asked
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(wait, s, asked, 30)
            assert not waiting.done()
            answer(s, "ada", "approve")
            decided = waiting.result(timeout=15)
        assert decided["status"] == "allowed" and decided["reason"] == "approved", decided
        assert s.post(f"/v1/2fa/challenges/{asked['id']}/consume").json["consumed"] is True
        assert s.post(f"/v1/2fa/challenges/{asked['id']}/consume").json["code"] == "challenge_consumed"


def test_every_end_of_a_push_has_its_name():
    with system() as s:
        for username, status, reason in (("allow", "allowed", "approved"), ("fraud", "denied", "fraud"), ("timeout", "expired", "timeout"),
                                         ("bypass", "allowed", "bypass"), ("locked", "denied", "locked_out")):
            decided = wait(s, ask(s, username))
            assert (decided["status"], decided["reason"]) == (status, reason), decided
        asked = ask(s, "bob")
        answer(s, "bob", "deny")
        assert wait(s, asked)["reason"] == "user_denied"
        enroll = ask(s, "enroll")
        assert enroll["status"] == "requires_enrollment" and "/portal?code=" in enroll["next_action"]["url"], enroll
        nodev = ask(s, "nodev")
        assert nodev["status"] == "error" and "no capable device" in nodev["detail"], nodev
        events = [e["type"] for e in wait_for("the event", lambda: [e for e in s.get("/v1/events").json["data"] if e["type"] == "second_factor.fraud"])]
        assert events == ["second_factor.fraud"] and fires(s, "TurnpikeSecondFactorFraud"), events


def test_a_verified_push_shows_its_code_and_takes_no_other():
    with system() as s:
        asked = ask(s, "verified", factor="push")
        assert asked["verification_code"] == "376", asked
        refused = request("POST", s.sandbox_url + "/_sandbox/duo/pushes/" + push(s, "verified")["id"], {"answer": "approve", "code": "111"}, {"X-Sandbox": "1"})
        assert refused.status == 400
        answer(s, "verified", "approve", code="376")
        decided = wait(s, asked)
        assert decided["status"] == "allowed" and decided["verification_code"] is None, decided


def test_codes_are_taken_once_and_five_wrong_ones_lock_out():
    with system() as s:
        assert ask(s, "cleo", passcode="123456")["status"] == "allowed"
        again = s.post("/v1/2fa/challenges", {"integration": "duo-main", "username": "cleo", "passcode": "123456"})
        assert again.json["code"] == "passcode_wrong", again.body
        sms = ask(s, "dora", factor="sms")
        assert sms["status"] == "waiting" and sms["factor"] == "passcode", sms
        said = [s.post(f"/v1/2fa/challenges/{sms['id']}/passcode", {"passcode": "000000"}) for _ in range(6)]
        assert [a.json.get("code", a.json.get("status")) for a in said] == ["passcode_wrong"] * 4 + ["denied", "challenge_over"], [a.body for a in said]
        late = s.post("/v1/2fa/challenges", {"integration": "duo-main", "username": "DORA", "passcode": "123456"})
        assert late.status == 429 and late.json["code"] == "locked_out", late.body


def test_nobody_is_asked_more_than_three_times_in_ten_minutes():
    with system() as s:
        for _ in range(3):
            ask(s, "eve")
        fourth = s.post("/v1/2fa/challenges", {"integration": "duo-main", "username": "eve"})
        assert fourth.status == 429 and fourth.json["code"] == "too_many_pushes" and int(fourth.headers["Retry-After"]) > 500, fourth.body
        assert ask(s, "eve", passcode="123456")["status"] == "allowed", "another factor is still there"


def test_when_duo_is_away_the_fail_mode_decides_and_every_opening_is_on_record():
    opened = CONFIG.replace("      host: api-1a2b3c4d.duosecurity.com\n\n", "      host: api-1a2b3c4d.duosecurity.com\n      failmode: open\n\n", 1)
    assert opened != CONFIG
    with system() as closed, system(config=opened) as s:
        denied = ask(closed, "http500")
        assert (denied["status"], denied["reason"]) == ("error", "provider_error"), denied
        allowed = ask(s, "http500")
        assert (allowed["status"], allowed["reason"]) == ("allowed", "fail_open"), allowed
        wait_for("the event", lambda: [e for e in s.get("/v1/events").json["data"] if e["type"] == "second_factor.fail_open"])
        assert "second_factor.fail_open" in [row["action"] for row in s.get("/v1/audit").json["data"]]
        assert fires(s, "TurnpikeSecondFactorFailedOpen") and not fires(closed, "TurnpikeSecondFactorFailedOpen")
        # Refused keys are no sign that Duo is away, and a challenge that was sent never fails open.
        s.control("PUT", "/duo/dials", {"fail_next": {"status": 401}})
        assert ask(s, "ada")["status"] == "error"
        asked = ask(s, "bob")
        s.sandbox.stop()
        late = wait(s, asked, 3)
        assert late["status"] == "waiting", late


def test_too_many_requests_are_waited_out_and_a_wrong_clock_is_corrected_once():
    with system() as s:
        assert ask(s, "ratelimited")["status"] == "waiting"
        s.control("POST", "/duo/actions", {"action": "clock", "seconds": 400})
        assert ask(s, "ada")["status"] == "waiting"
        assert s.post("/v1/integrations/duo-main/test").json["ok"] is True


def test_the_test_tells_what_is_wrong():
    wrong = {"integration_key": ("DIWJ8X6AEYOR5OMC6TQ1", "DI00000000000000000A", "Integration Key"), "secret": ("Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep", "A" * 40, "Secret"),
             "flow": ("DIWJ8X6AEYOR5OMC6TQ1", "DIXXXXXXXXXXXXXXXXXX", "another type")}
    for old, new, words in wrong.values():
        with system(config=CONFIG.replace(old, new, 1)) as s:
            said = s.post("/v1/integrations/duo-main/test").json
            assert said["ok"] is False and words in said["details"][0], said


def test_somebody_is_enrolled_and_their_devices_are_listed():
    with system() as s:
        begun = s.post("/v1/2fa/enrollments", {"integration": "duo-main", "username": "enroll"})
        assert begun.status == 201 and begun.json["activation_code"].startswith("duo://"), begun.body
        again = s.post("/v1/2fa/enrollments", {"integration": "duo-main", "username": "enroll"})
        assert again.json["provider_code"] == "40003", again.body
        who = {"integration": "duo-main", "username": "enroll", "user_id": begun.json["user_id"], "activation_code": begun.json["activation_code"]}
        assert s.post("/v1/2fa/enrollments/confirm", who).json["status"] == "waiting"
        s.control("POST", "/duo/actions", {"action": "activate", "username": "enroll"})
        assert s.post("/v1/2fa/enrollments/confirm", who).json["status"] == "success"
        devices = s.get("/v1/2fa/devices?integration=duo-main&username=ada").json["devices"]
        assert devices[0]["factors"] == ["auto", "push", "sms", "phone"] and devices[1]["factors"] == ["passcode"], devices


def test_duos_own_page_answers_for_the_right_browser_only():
    with system() as s:
        def begin():
            made = s.post("/v1/2fa/challenges", {"integration": "duo-universal", "username": "ada@example.com", "return_url": "https://shop.example/in?a=1"})
            assert made.status == 201 and made.json["next_action"]["type"] == "redirect", made.body
            return made.json

        def press(challenge, button):
            page = request("GET", challenge["next_action"]["url"]).body.decode()
            form = page.split('action="')[1 if button == "approve" else 2].split('"')[0].replace("&amp;", "&")
            return request("POST", form, b"").headers["Location"]
        asked = begin()
        back = press(asked, "approve")
        forged = request("GET", back.replace("state=", "state=x"))
        assert forged.headers["Location"].endswith("&status=waiting"), forged.headers
        there = request("GET", back)
        assert there.status == 303 and there.headers["Location"] == f"https://shop.example/in?a=1&challenge={asked['id']}&status=allowed", there.headers
        assert s.get(f"/v1/2fa/challenges/{asked['id']}").json["status"] == "allowed"
        denied = begin()
        assert request("GET", press(denied, "deny")).headers["Location"].endswith("status=denied")
        assert request("GET", s.url + "/2fa/return/" + asked["id"] + ".AAAAAAAAAAAAAAAAAAAAAA").status == 404


def test_a_push_signs_somebody_in_to_the_panel():
    with system(config=CONFIG + "\nsites: [ { id: panel, second_factor: duo-main } ]\n") as s:
        once = s.command("admin", "create", "admin").stdout.strip().rsplit(" ", 1)[1]
        browser = Browser(s)
        browser.sign_in("admin", once)
        due = browser.send("POST", "/v1/sessions/current/password", {"current": once, "new": "correct horse battery"}).json
        assert due["status"] == "second_factor_required" and "push" in due["second_factor"]["factors"], due
        asked = browser.send("POST", "/v1/sessions/current/second-factor", {"factor": "push"}).json
        assert asked["challenge"]["status"] == "waiting" and asked["status"] == "second_factor_required", asked
        before = browser.cookie
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(browser.send, "GET", "/v1/sessions/current?wait=20")
            answer(s, "admin", "approve")
            signed_in = waiting.result(timeout=20).json
        assert signed_in["status"] == "active" and browser.cookie != before, signed_in
        assert browser.send("GET", "/v1/users").status == 200
        # A challenge of somebody signing in is nobody else's to use.
        assert s.post(f"/v1/2fa/challenges/{asked['challenge']['id']}/consume").status == 404


def test_a_waiting_challenge_survives_the_end_of_the_host():
    with system() as s:
        asked = ask(s, "ada")
        s.host.stop(9)
        s.start()
        answer(s, "ada", "approve")
        assert wait(s, asked, 15)["status"] == "allowed"


if __name__ == "__main__":
    sys.exit(run_all(globals()))
