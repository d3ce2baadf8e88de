"""Executes phases as the test says: api flow phase how [ttlMs]. Prints what came of it."""

import json, pathlib, sys, time, urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "clients" / "python"))
import holdfast

api, flow, phase, how = sys.argv[1:5]
ttl_ms = int(sys.argv[5]) if len(sys.argv) > 5 else None


def work(token, lost, results):
    print(json.dumps({"began": token, "results": results}), flush=True)
    if how == "fail":
        raise ValueError("Test error")
    if how == "told":
        sys.stdin.readline()
    if how == "hang":
        print(json.dumps({"lost": lost.wait(20), "atMs": time.time() * 1000}), flush=True)
    if how == "long":
        time.sleep(ttl_ms * 3 / 1000)
    return {"token": token, "lost": lost.is_set()}


try:
    print(json.dumps({"outcome": holdfast.execute_with_lease(api, flow, phase, work, ttl_ms=ttl_ms)}))
except urllib.error.HTTPError as no:
    print(json.dumps({"refused": no.problem["code"]}))
except ValueError as error:
    print(json.dumps({"raised": str(error)}))
