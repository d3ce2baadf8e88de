"""Executes a phase of a Holdfast flow once, with nothing but the standard library: an example to copy, not a package."""

import json, threading, time, urllib.error, urllib.request, uuid


class Refused(Exception):
    """Holdfast said no; `problem` is the RFC 9457 body, and `problem["code"]` says why."""

    def __init__(self, problem):
        super().__init__(problem.get("detail"))
        self.problem = problem


def post(url, body, patience=60.0, timeout=10.0):
    """Sends one intent under one key until it is answered, so that it has one effect; without patience, once."""
    headers = {"content-type": "application/json", **({"idempotency-key": str(uuid.uuid4())} if patience else {})}
    give_up = time.monotonic() + patience
    while True:
        try:
            request = urllib.request.Request(url, json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            if error.code < 500 and problem.get("code") != "conflict" or time.monotonic() >= give_up:
                raise Refused(problem) from None
        except (OSError, ValueError):
            if time.monotonic() >= give_up:
                raise
        time.sleep(0.2)


def execute_with_lease(api, flow, phase, work, holder=None, ttl_ms=None):
    """Calls work(token, lost, results) if the phase is due and nobody has it; `lost` is set when the lease is lost.

    `api` is such as http://127.0.0.1:4000/api/v1. Gives what work returned, the result that was kept if the phase was
    completed before, or the answer {"status": "already_running", ...} of Holdfast. What work raises fails the attempt.
    """
    asked = time.monotonic()
    claim = {"expectedPhase": phase, "holder": holder or str(uuid.uuid4()), **({"ttlMs": ttl_ms} if ttl_ms else {})}
    run = post(f"{api}/flows/{flow}/resume", claim)
    if "token" not in run:
        return run if run["status"] == "already_running" else run["result"]
    at, token, ttl = f"{api}/flows/{flow}/phases/{phase}", run["token"], run["ttlMs"] / 1000
    with renewed(f"{at}/renew", token, ttl, asked) as lost:
        try:
            result = work(token, lost, run["results"])
        except Exception as error:
            if not lost.is_set():
                post(f"{at}/fail", {"token": token, "error": str(error)[:500]})
            raise
        post(f"{at}/complete", {"token": token, "result": result})
    return result


class renewed:
    """Renews a lease in a thread; the event that it gives is set once another may have the lease."""

    def __init__(self, url, token, ttl, asked):
        self.url, self.token, self.ttl, self.until = url, token, ttl, asked + ttl
        self.lost, self.over = threading.Event(), threading.Event()

    def __enter__(self):
        threading.Thread(target=self._renew, daemon=True).start()
        return self.lost

    def __exit__(self, *_):
        self.over.set()

    def _renew(self):
        while not self.over.wait(min(self.ttl / 3, max(0.0, self.until - time.monotonic()))):
            sent = time.monotonic()
            if sent >= self.until:
                return self.lost.set()
            try:
                post(self.url, {"token": self.token}, patience=0, timeout=min(self.ttl / 3, self.until - sent))
                self.until = sent + self.ttl
            except Refused as no:
                if no.problem.get("status", 500) < 500:
                    return self.lost.set()
            except (OSError, ValueError):
                pass
