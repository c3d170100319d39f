"""Runs the conformance files against a server: see integrations/conformance/README.md."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import netgiro_checkout as library  # noqa: E402


def read(name):
    return json.loads((Path(os.environ["CONFORMANCE"]) / name).read_text(encoding="utf-8"))


def take(client, step):
    which = {name: step[name] for name in ("id", "reference") if name in step}
    if step["call"] == "create":
        return client.create(step["order"], step.get("idempotencyKey"))
    if step["call"] == "get":
        return client.get(**which)
    if step["call"] == "cancel":
        return client.cancel(**which)
    if step["call"] == "refund":
        return client.refund(step["refund"]["amount"], step["idempotencyKey"], **which)
    return [one.event["type"] for one in client.events(after=None)]


def check(step):
    client = library.Client(os.environ["NETGIRO_URL"], step.get("key", os.environ["NETGIRO_KEY"]))
    try:
        answer = take(client, step)
    except library.ProblemError as error:
        given = {"code": error.code, "status": error.status, "class": type(error).__name__}
        return None if given == step.get("error") else given
    if "error" in step:
        return "no error"
    if step["call"] == "events":
        return None if set(step["includes"]) <= set(answer) else answer
    is_same = all(answer.get(name) == value for name, value in step.get("answer", {}).items())
    return None if is_same and all(name in answer for name in step.get("has", [])) else answer


def check_webhook(case, now):
    for body in (case["body"], case["body"].encode("utf-8")):
        try:
            event = library.verify_webhook(body, case["headers"], case["secrets"], now=now)
            is_right = case["genuine"] and event["id"] == "evt_1"
        except library.InvalidSignatureError:
            is_right = not case["genuine"]
        if not is_right:
            return "accepted or refused wrongly"
    return None


steps = read("calls.json")["steps"]
webhooks = read("webhooks.json")
# What Python itself refuses to read is no genuine webhook either.
genuine = webhooks["cases"][0]
for name, value in (("webhook-timestamp", "9" * 5000), ("webhook-id", "\ud800"), ("webhook-signature", "v1,\udcff")):
    headers = {**genuine["headers"], name: value}
    webhooks["cases"].append({**genuine, "name": f"an unreadable {name}", "headers": headers, "genuine": False})
results = [(step["name"], check(step)) for step in steps]
results += [(case["name"], check_webhook(case, webhooks["now"])) for case in webhooks["cases"]]
for name, difference in results:
    if difference is not None:
        print(f"{name}: {difference}")
print(f"{len(results)} checked")
sys.exit(any(difference is not None for _, difference in results))
