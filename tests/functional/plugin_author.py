"""What an author of plugins does: builds against an installed SDK, outside the repository."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import BUILD, ROOT

PLACE = pathlib.Path(tempfile.gettempdir()) / f"turnpike-author-{os.getpid()}"


def run(*args, **more):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def installed():
    """An installation somewhere else; made once for each process."""
    prefix = PLACE / "prefix"
    if not prefix.exists():
        run("cmake", "--install", BUILD, "--prefix", prefix)
    return prefix


def built(source, name):
    """Builds the provider in `source` against the installed SDK; the folder with <name>/<name>.so."""
    build = PLACE / f"build-{name}"
    run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={installed()}", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", build)
    folder = PLACE / "plugins"
    shutil.copytree(build / "plugins" / name, folder / name, dirs_exist_ok=True)
    return folder


def examples():
    built(ROOT / "sdk/examples/acme", "acme")
    return built(ROOT / "sdk/examples/acme_c", "acme_c")


def forget():
    shutil.rmtree(PLACE, ignore_errors=True)
