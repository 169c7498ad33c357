"""PostgreSQL servers of a test's own: on loopback, on a free port, as a user that is not root, gone afterwards."""
import contextlib
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from harness import free_port

BIN = max(glob.glob("/usr/lib/postgresql/*/bin"), default=None)


def unprivileged(args, **more):
    """initdb and postgres refuse root."""
    if os.getuid() == 0:
        args = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *args]
    return subprocess.run([str(a) for a in args], check=True, capture_output=True, cwd="/", timeout=120, **more)


class Server:
    """A primary, or a standby of one."""

    def __init__(self, primary=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-pg-"))
        self.data, self.port = self.folder / "data", free_port()
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        if primary:
            unprivileged([f"{BIN}/pg_basebackup", "-h", "127.0.0.1", "-p", primary.port, "-U", "app", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-C", "-S", f"s{self.port}"])
        else:
            unprivileged([f"{BIN}/initdb", "-D", self.data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        self.start()
        if not primary:
            unprivileged([f"{BIN}/createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "app", "app"])

    def start(self):
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c max_connections=200"
        # Standard output goes to a file: the server would hold the caller's pipe open.
        self.control("-l", self.folder / "log", "-o", options, "start")

    def control(self, *args):
        unprivileged([f"{BIN}/pg_ctl", "-D", self.data, "-w", "-t", "60", *args])

    def promote(self):
        self.control("promote")

    def kill(self):
        """As a machine that loses its power; on disk stays what was synced."""
        self.control("-m", "immediate", "stop")

    def sql(self, text):
        return unprivileged([f"{BIN}/psql", "-h", "127.0.0.1", "-p", self.port, "-U", "app", "-d", "app", "-Atqc", text], text=True).stdout.strip()

    @property
    def url(self):
        return f"postgresql://app@127.0.0.1:{self.port}/app"

    def close(self):
        if (self.data / "postmaster.pid").exists():
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def server(primary=None):
    made = Server(primary)
    try:
        yield made
    finally:
        made.close()


if __name__ == "__main__":
    # postgres.py COMMAND...: runs it with TURNPIKE_TEST_POSTGRES set.
    with server() as one:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "TURNPIKE_TEST_POSTGRES": one.url}).returncode)
