"""Runs the README's own commands, in order, as a newcomer would, against a fresh system."""
import re
import subprocess
import sys

from harness import BUILD, ROOT, run_all, system


def blocks(file=ROOT / "README.md"):
    return re.findall(r"^```sh\n(.*?)^```", file.read_text(), re.S | re.M)


def test_the_first_payment_of_the_readme_ends_with_books_that_agree():
    with system() as s:
        script = "set -e\n" + "\n".join(blocks())
        script = script.replace("build-release/host/turnpike", str(BUILD / "host" / "turnpike")).replace("config/turnpike.yaml", str(s.config))
        done = subprocess.run(["bash", "-c", script], cwd=s.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"balance":"10.00"' in done.stdout and '"balance":"5.00"' in done.stdout, done.stdout
        assert '"findings":[]' in done.stdout and '"ours_only":[]' in done.stdout, done.stdout
        assert '"total":"10.59"' in done.stdout, done.stdout


def test_the_walk_in_every_providers_readme_works_as_it_is_written():
    walks = [file for file in sorted(ROOT.glob("plugins/*/README.md")) if blocks(file)]
    assert walks
    for file in walks:
        with system() as s:
            script = "set -e -o pipefail\n" + "\n".join(blocks()[:1] + blocks(file))
            done = subprocess.run(["bash", "-c", script], cwd=s.folder, capture_output=True, text=True, timeout=120)
            said = f"{file.parent.name}: {done.stdout}{done.stderr}"
            assert done.returncode == 0 and '"code"' not in done.stdout, said
            assert '"status": "succeeded"' in done.stdout or '"status": "allowed"' in done.stdout, said
            assert s.command("ledger", "verify").returncode == 0, said


if __name__ == "__main__":
    sys.exit(run_all(globals()))
