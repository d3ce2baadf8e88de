"""Executes a phase of a Holdfast flow once, with nothing but the standard library: an example to copy, no package."""

import http.client, json, threading, time, urllib.request, uuid


def post(url, body, patience=60.0, keyed=True, over=threading.Event()):
    """Sends this until it is answered, for so many seconds or until it is over; keyed, it has one effect all the same.

    A refusal is raised at once: an HTTPError, in whose `problem` is Holdfast's RFC 9457 body.
    """
    headers = {"content-type": "application/json", **({"idempotency-key": str(uuid.uuid4())} if keyed else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    until = time.monotonic() + patience
    while True:
        try:
            return json.load(urllib.request.urlopen(request, timeout=max(0.1, min(10, (until - time.monotonic()) / 2))))
        except (OSError, ValueError, http.client.HTTPException) as error:
            # No answer, a 5xx and a lost race are worth another try; everything else is an answer.
            error.problem = json.load(error) if getattr(error, "code", 500) < 500 else {"code": "conflict"}
            if error.problem.get("code") != "conflict" or over.wait(0.2) or time.monotonic() + 0.4 >= until:
                raise


def renew(url, token, ttl, until, over, lost):
    """Renews a lease of ttl seconds until it is over. Sets `lost` before another may have it, if no answer drips in."""
    while not over.wait(max(0, min(ttl / 3, (until - time.monotonic()) / 2))):
        sent = time.monotonic()
        try:
            post(url, {"token": token}, until - sent, keyed=False, over=over)
            until = sent + ttl
        except Exception:
            return lost.set()


def execute_with_lease(api, flow, phase, work, holder=None, ttl_ms=None):
    """Calls work(token, lost, results) if the phase is due and nobody has it; `lost` is set when the lease is lost.

    `api` is such as http://127.0.0.1:4000/api/v1. Gives what work returned, the result that was kept if the phase was
    completed before, or the answer {"status": "already_running", ...} of Holdfast. What work raises fails the attempt.
    """
    asked, at = time.monotonic(), f"{api}/flows/{flow}/phases/{phase}"
    claim = {"expectedPhase": phase, "holder": holder or str(uuid.uuid4()), **({"ttlMs": ttl_ms} if ttl_ms else {})}
    run = post(f"{api}/flows/{flow}/resume", claim)
    if "token" not in run:
        return run if run["status"] == "already_running" else run["result"]
    token, ttl, over, lost = run["token"], run["ttlMs"] / 1000, threading.Event(), threading.Event()
    threading.Thread(target=renew, args=(f"{at}/renew", token, ttl, asked + ttl, over, lost), daemon=True).start()
    try:
        result = work(token, lost, run["results"])
    except Exception as error:
        if not lost.is_set():
            post(f"{at}/fail", {"token": token, "error": str(error)[:500]})
        raise
    else:
        post(f"{at}/complete", {"token": token, "result": result})
        return result
    finally:
        over.set()
