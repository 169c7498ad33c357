#!/usr/bin/env python3
"""Writes the bill of materials of a build as CycloneDX 1.5.

    tools/sbom.py --version 0.1.0 --out turnpike.cdx.json PROGRAM...

What the programs link is read from the programs, and named by the Debian packages it came from; what the pages and the script
engine are made of is read from their lock files, with the sums that were checked when they were installed."""
import argparse
import base64
import json
import pathlib
import re
import subprocess
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent


def said(*args):
    done = subprocess.run(args, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def libraries(program):
    """Sonames the program needs itself, with the files they are found in."""
    needed = re.findall(r"\(NEEDED\).*\[(.+?)\]", said("readelf", "-d", str(program)))
    found = dict(re.findall(r"^\s*(\S+) => (\S+)", said("ldd", str(program)), re.M))
    # The loader comes with libc.
    return {name: found.get(name) for name in needed if not name.startswith("ld-linux")}


def debian_package(path):
    """Name and version of the package a file came from; the file's own name where nobody knows."""
    real = str(pathlib.Path(path).resolve())
    for candidate in (real, path, real.replace("/usr/lib", "/lib", 1)):
        owner = re.match(r"([^:,\s]+)", said("dpkg-query", "-S", candidate))
        if owner:
            return owner[1], said("dpkg-query", "-W", "-f=${Version}", owner[1])
    return pathlib.Path(path).name, ""


def component(kind, name, version, purl, hashes=()):
    out = {"type": kind, "bom-ref": purl, "name": name, "version": version or "unknown", "purl": purl}
    if hashes:
        out["hashes"] = [{"alg": alg, "content": content} for alg, content in hashes]
    return out


def linked(programs):
    packages = {}
    for program in programs:
        for soname, path in libraries(program).items():
            name, version = debian_package(path) if path else (soname, "")
            packages[name] = component("library", name, version, f"pkg:deb/debian/{name}@{urllib.parse.quote(version)}" if version else f"pkg:generic/{name}")
    return [packages[name] for name in sorted(packages)]


def npm(lock):
    """What is shipped: packages of a lock file that are not for development only."""
    out = []
    for path, package in json.loads(lock.read_text())["packages"].items():
        if not path or package.get("dev"):
            continue
        name = path.rsplit("node_modules/", 1)[1]
        algorithm, _, digest = package.get("integrity", "").partition("-")
        hashes = [(algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex())] if digest else []
        out.append(component("library", name, package["version"], f"pkg:npm/{name.replace('@', '%40')}@{package['version']}", hashes))
    return out


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--version", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("programs", nargs="+")
    asked = arguments.parse_args()
    parts = linked(asked.programs)
    for lock in (ROOT / "host/web/package-lock.json", ROOT / "plugins/scriptforge/engine/package-lock.json"):
        parts += npm(lock)
    bill = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": component("application", "turnpike", asked.version, f"pkg:generic/turnpike@{asked.version}")},
        "components": parts,
        "dependencies": [{"ref": f"pkg:generic/turnpike@{asked.version}", "dependsOn": [one["bom-ref"] for one in parts]}],
    }
    pathlib.Path(asked.out).write_text(json.dumps(bill, indent=1) + "\n")


main()
