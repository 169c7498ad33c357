"""1,000 people are looked for at once: what do that many waiting challenges cost, and does anybody else notice?

    BUILD=build-release python3 tests/bench/challenges.py [--challenges 1000] [--seconds 10]

Prints how long creating them took, the host's threads, memory and processor time while they wait, the latency of
another request meanwhile, and how long it takes until all are decided once everybody has approved."""
import argparse
import concurrent.futures
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "functional"))
from harness import request, system, wait_for  # noqa: E402


def host_state(pid):
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(status["Threads"]), int(status["VmRSS"].split()[0]) // 1024, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--challenges", type=int, default=1000)
    arguments.add_argument("--seconds", type=int, default=10)
    asked = arguments.parse_args()
    with system() as s, concurrent.futures.ThreadPoolExecutor(32) as pool:
        pid = s.host.process.pid
        threads, memory, _ = host_state(pid)
        print(f"before:   {threads} threads, {memory} MB")

        def challenge(n):
            answer = s.post("/v1/2fa/challenges", {"integration": "duo-main", "username": f"wait{n}", "factor": "push"})
            assert answer.status == 201 and answer.json["status"] == "waiting", answer.body
            return answer.json["id"]

        began = time.monotonic()
        ids = list(pool.map(challenge, range(asked.challenges)))
        print(f"created:  {asked.challenges} challenges in {time.monotonic() - began:.1f} s, 32 at a time")

        spent = host_state(pid)[2]
        latencies, until = [], time.monotonic() + asked.seconds
        while time.monotonic() < until:
            at = time.monotonic()
            assert s.get("/v1/customers?limit=1").status == 200
            latencies.append(time.monotonic() - at)
            time.sleep(0.01)
        latencies.sort()
        threads, memory, now = host_state(pid)
        print(f"waiting:  {threads} threads, {memory} MB, {100 * (now - spent) / asked.seconds:.0f} % of one processor, other requests p50 {1000 * latencies[len(latencies) // 2]:.1f} ms p99 {1000 * latencies[len(latencies) * 99 // 100]:.1f} ms")

        pushes = s.control("GET", "/duo/pushes")["data"]
        assert len(pushes) == asked.challenges, len(pushes)
        began = time.monotonic()
        list(pool.map(lambda push: s.control("POST", f"/duo/pushes/{push['id']}", {"answer": "approve"}), pushes))
        approved = time.monotonic()
        last = wait_for("all to be allowed", lambda: all(s.get(f"/v1/2fa/challenges/{one}").json["status"] == "allowed" for one in ids), 120)
        assert last
        print(f"decided:  all allowed {time.monotonic() - approved:.1f} s after the last approval (which took {approved - began:.1f} s)")


if __name__ == "__main__":
    main()
