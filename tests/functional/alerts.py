"""Whether a rule of config/alerts.yaml fires for a host as it is now."""
import re

from harness import ROOT, request


def rules():
    text = (ROOT / "config" / "alerts.yaml").read_text()
    return dict(re.findall(r"- alert: (\w+)\n\s+expr: (.*)\n", text))


def samples(s):
    """Series by name and labels as they are written; `up` as Prometheus makes it."""
    try:
        text = request("GET", s.url + "/metrics", timeout=5).body.decode()
    except OSError:
        return {'up{job="turnpike"}': 0.0}
    return {'up{job="turnpike"}': 1.0, **{name: float(value) for name, value in re.findall(r"^([^#\s]+) (\S+)$", text, re.M)}}


def fires(s, alert):
    """Counters begin at 0 with the host, so what they say now is their increase."""
    series, sign, limit = re.fullmatch(r"(?:increase\()?([a-z_]+(?:\{[^}]*\})?)(?:\[\w+\]\))? (>|==) (\d+)", rules()[alert]).groups()
    value = samples(s)[series]
    return value > float(limit) if sign == ">" else value == float(limit)
