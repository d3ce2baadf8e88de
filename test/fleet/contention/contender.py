"""The same contender in Python, with the example client: api, fence, records, began at, ttlMs, ships with commas."""

import http.client, json, os, pathlib, random, signal, sys, threading, time, urllib.error, urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "clients" / "python"))
import holdfast

url, fence, records, began_at, ttl_ms, ships = sys.argv[1:7]
api, ttl_ms, run = f"{url}/api/v1", int(ttl_ms), f"python-{os.getpid()}"
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))


class Failed(Exception):
    pass


def note(what, resource, holder, **more):
    line = {"atMs": time.time() * 1000, "run": run, "what": what, "resource": resource, "holder": holder, **more}
    with open(records, "a") as file:
        file.write(json.dumps(line) + "\n")


def passes(resource, token):
    body = json.dumps({"resource": resource, "token": token, "run": run}).encode()
    try:
        urllib.request.urlopen(urllib.request.Request(fence, body, {"content-type": "application/json"}), timeout=5)
        return True
    except urllib.error.HTTPError:
        return False


def section(resource, holder, token, lost):
    note("began", resource, holder, token=token)
    how = "finished"
    for _ in range(random.randint(1, 5)):
        if lost.is_set():
            how = "lost"
        elif not passes(resource, token):
            how = "fenced"
        elif lost.wait(0.1):
            how = "lost"
        if how != "finished":
            break
    if how == "finished" and random.random() < 0.1:
        how = "failed"
    note("ended", resource, holder, token=token, how=how)
    if how != "finished":
        raise Failed(how)
    return {"by": run, "token": token}


def held(resource, holder, claim, body, at, done, failed):
    note("asks", resource, holder)
    asked = time.monotonic()
    granted = holdfast.post(claim, body, 15)
    token, ttl = granted["token"], granted["ttlMs"] / 1000
    over, lost = threading.Event(), threading.Event()
    renewal = (f"{at}/renew", token, ttl, asked + ttl, over, lost)
    threading.Thread(target=holdfast.renew, args=renewal, daemon=True).start()
    try:
        section(resource, holder, token, lost)
        holdfast.post(f"{at}/{done[0]}", {"token": token, **done[1]}, 15)
    except Failed as error:
        if str(error) == "failed":
            holdfast.post(f"{at}/{failed[0]}", {"token": token, **failed[1]}, 15)
    finally:
        over.set()


def contend(holder):
    elapsed = time.time() * 1000 - float(began_at)
    kind = random.choice(["phase"] * 3 + ["task"] * 2 + ["lock"] * 2 + ["ship"])
    if kind == "phase":
        flow, phase = f"flow-{int(elapsed // 2500)}", random.choice(["one", "two", "three"])
        holdfast.post(f"{api}/flows", {"id": flow, "phases": ["one", "two", "three"]}, 5)
        resource = f"phase-{flow}.{phase}"
        note("asks", resource, holder)
        work = lambda token, lost, results: section(resource, holder, token, lost)
        return holdfast.execute_with_lease(api, flow, phase, work, holder, ttl_ms)
    if kind == "task":
        task = f"task-{int(elapsed // 1500)}"
        at = f"{api}/queues/contended/tasks/{task}"
        holdfast.post(f"{api}/queues/contended/tasks", {"id": task, "title": task}, 5)
        claim = {"agent": "python", "session": holder, "ttlMs": ttl_ms}
        failed = ("fail", {"errorType": "chance"})
        return held(f"tasklock-contended.{task}", holder, f"{at}/claim", claim, at, ("complete", {}), failed)
    name = random.choice(["door", "gate"] if kind == "lock" else ships.split(","))
    place = f"locks/tasks/contended/{name}" if kind == "lock" else f"players/1/ships/{name}"
    resource = f"tasklock-contended.{name}" if kind == "lock" else f"ship-1.{name}"
    at = f"{api}/{place}/lease"
    ends = [("release", {"holder": holder, "reason": reason}) for reason in ("completed", "failed")]
    return held(resource, holder, at, {"holder": holder, "ttlMs": ttl_ms}, at, *ends)


asked = 0
while not stopping:
    asked += 1
    try:
        contend(f"{run}-{asked}")
    except (Failed, OSError, ValueError, http.client.HTTPException):
        time.sleep(0.06)
