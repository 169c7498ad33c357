"""Debian's duo_client, the official Python package, against the emulator: it signs as we do and reads what we answer."""
import hashlib
import http.client
import pathlib
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import run_all, system  # noqa: E402

KEY, SECRET, HOST = "DIWJ8X6AEYOR5OMC6TQ1", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep", "api-1a2b3c4d.duosecurity.com"


def client(url, secret=SECRET):
    import duo_client

    class Emulated(http.client.HTTPConnection):
        """Duo's host stands below the emulator's own name."""
        def request(self, method, path, body=None, headers=None):
            super().request(method, f"/{HOST}{path}", body, headers)

    class Auth(duo_client.Auth):
        def _connect(self):
            to = urllib.parse.urlparse(url)
            return Emulated(to.hostname, to.port)

    return Auth(ikey=KEY, skey=secret, host=HOST, digestmod=hashlib.sha512)


def test_the_official_client_signs_what_the_emulator_takes():
    with system() as s:
        auth = client(s.sandbox_url)
        assert "time" in auth.ping() and "time" in auth.check()
        for name in ("allow.ann", "allow.Änna O'Neil!*~()", "allow.a+b&c=d%20e", 'allow.日本語 "quoted"'):
            assert auth.preauth(username=name)["result"] == "auth", name
            done = auth.auth(factor="push", device="auto", username=name, type="Login*(x)'!~")
            assert (done["result"], done["status"]) == ("allow", "allow"), done
        assert auth.auth(factor="push", device="auto", username="fraud.bob")["status"] == "fraud"


def test_the_official_client_follows_a_push_to_its_end():
    with system() as s:
        auth = client(s.sandbox_url)
        txid = auth.auth(factor="push", device="auto", username="allow.ann", async_txn=True)["txid"]
        for _ in range(20):
            status = auth.auth_status(txid)
            if not status["waiting"]:
                break
        assert status["success"] and status["status"] == "allow", status


def test_a_wrong_secret_is_refused_with_duos_own_code():
    with system() as s:
        try:
            client(s.sandbox_url, SECRET[::-1]).check()
        except RuntimeError as error:
            assert "401" in str(error) and error.data["code"] == 40103, error.data
        else:
            raise AssertionError("it was taken")


if __name__ == "__main__":
    sys.exit(run_all(globals()))
