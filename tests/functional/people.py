"""A browser that signs in: cookies, Origin and the CSRF token as a page of the host sends them."""
import base64
import hashlib
import hmac
import struct
import time

from harness import request


class Browser:
    def __init__(self, system, site="panel"):
        self.system, self.site, self.cookie, self.csrf = system, site, "", ""

    def send(self, method, path, body=None, headers=None):
        sent = {"Origin": self.system.url, "Content-Type": "application/json", **(headers or {})}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if self.csrf:
            sent.setdefault("X-CSRF-Token", self.csrf)
        answer = request(method, self.system.url + path, body, sent)
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = line.split(";")[0]
            self.attributes = line
        if answer.body[:1] == b"{" and "csrf_token" in answer.json:
            self.csrf = answer.json["csrf_token"]
        return answer

    def sign_in(self, username, password):
        return self.send("POST", "/v1/sessions", {"site": self.site, "username": username, "password": password})


def totp(secret, at=None, step=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int((at or time.time()) // 30) + step
    mac = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    at = mac[19] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


def owner(system, password="correct horse battery", name="admin"):
    """A signed-in owner whose one-time password was changed."""
    made = system.command("admin", "create", name)
    assert made.returncode == 0, made.stderr
    browser = Browser(system)
    once = made.stdout.strip().rsplit(" ", 1)[1]
    first = browser.sign_in(name, once)
    assert first.status == 201 and first.json["status"] == "password_change_required", first.body
    changed = browser.send("POST", "/v1/sessions/current/password", {"current": once, "new": password})
    assert changed.status == 200, changed.body
    return browser
