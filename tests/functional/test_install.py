"""An installation somewhere else works from there, and a provider is built against it from outside the tree."""
import json
import pathlib
import subprocess
import sys
import tempfile

from harness import BUILD, ROOT, run_all


def run(*args, **more):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installed_sdk_builds_a_provider_that_the_installed_host_lists_and_checks():
    with tempfile.TemporaryDirectory(prefix="turnpike-install-") as folder:
        place = pathlib.Path(folder)
        prefix = place / "prefix"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        run("cmake", "-S", ROOT / "sdk/examples/acme", "-B", place / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
        run("cmake", "--build", place / "build")
        config = place / "t.yaml"
        config.write_text(f"""
server: {{ environment: development }}
plugins: {{ directories: [{place}/build/plugins] }}
integrations:
  - {{ id: acme-main, provider: acme, mode: test, currencies: [USD], settings: {{ api_key: abc }} }}
""")
        listed = run(prefix / "bin/turnpike", "providers", "--config", config)
        assert "acme" in listed and "stripe" in listed, listed
        checked = subprocess.run([str(prefix / "bin/turnpike"), "check", "--config", str(config)], capture_output=True, text=True, timeout=60)
        assert checked.returncode == 0 and "warning" not in checked.stderr, checked.stderr
        assert (prefix / "share/turnpike/alerts.yaml").exists() and (prefix / "share/turnpike/turnpike.yaml").exists()
        bill = json.loads((prefix / "share/doc/turnpike/turnpike.cdx.json").read_text())
        assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["name"] == "turnpike", bill["metadata"]
        parts = {part["name"]: part for part in bill["components"]}
        assert {"libssl3", "libsqlite3-0", "libcurl4", "preact", "quickjs-wasi"} <= set(parts), sorted(parts)
        assert parts["quickjs-wasi"]["hashes"][0]["alg"] == "SHA-512" and len(parts["quickjs-wasi"]["hashes"][0]["content"]) == 128, parts["quickjs-wasi"]
        assert all(part["version"] != "unknown" for part in parts.values()), [p for p in parts.values() if p["version"] == "unknown"]
        flags = run("pkg-config", "--cflags", "turnpike-sdk", env={"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig"), "PATH": "/usr/bin:/bin"})
        assert "include" in flags, flags


if __name__ == "__main__":
    sys.exit(run_all(globals()))
