"""Runs the conformance files against a server: see integrations/conformance/README.md."""

import decimal
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


def check(step, client):
    """What is wrong with the result, or None."""
    try:
        answer = take(client, step)
    except library.NetgiroError as error:
        expected = step.get("error", {})
        given = {"class": type(error).__name__}
        names = {"code": "code", "status": "status", "retryAfter": "retry_after"}
        given.update({name: getattr(error, names[name], None) for name in names if name in expected})
        return None if given == expected else given
    if "error" in step:
        return "no error"
    if step["call"] == "events":
        return None if set(step["includes"]) <= set(answer) else answer
    is_same = all(answer.get(name) == value for name, value in step.get("answer", {}).items())
    return None if is_same and all(name in answer for name in step.get("has", [])) else answer


def check_step(step):
    key = step.get("key", os.environ["NETGIRO_KEY"])
    return check(step, library.Client(os.environ["NETGIRO_URL"], key))


def check_answered(case, number):
    url = f"{os.environ['ANSWERS_URL']}/{number}"
    try:
        client = library.Client(
            case.get("url", "{url}").replace("{url}", url),
            case.get("key", os.environ["NETGIRO_KEY"]),
            timeout=case.get("timeoutMs", 10_000) / 1000,
            retries=1,
        )
        return check(case, client) if "refused" not in case else (take(client, case), "not refused")
    except ValueError as error:
        return None if "refused" in case and case["refused"] in str(error) else repr(error)


def check_webhook(case, now):
    body = case["body"]
    for given in (body, body.encode("utf-8"), bytearray(body, "utf-8"), memoryview(body.encode("utf-8"))):
        try:
            event = library.verify_webhook(given, case["headers"], case["secrets"], now=now)
            is_right = case["genuine"] and event["id"] == "evt_1"
        except library.InvalidSignatureError:
            is_right = not case["genuine"] and "refused" not in case
        except ValueError as error:
            is_right = "refused" in case and case["refused"] in str(error)
        if not is_right:
            return "accepted or refused wrongly"
    return None


def check_refusal(take, message):
    try:
        take()
    except (TypeError, ValueError) as error:
        return None if message in str(error) else repr(error)
    return "not refused"


webhooks = read("webhooks.json")
# What Python itself refuses to read is no genuine webhook either.
genuine = webhooks["cases"][0]
for name, value in (("webhook-timestamp", "9" * 5000), ("webhook-id", "\ud800"), ("webhook-signature", "v1,\udcff")):
    headers = {**genuine["headers"], name: value}
    webhooks["cases"].append({**genuine, "name": f"an unreadable {name}", "headers": headers, "genuine": False})
results = [(step["name"], check_step(step)) for step in read("calls.json")["steps"]]
for number, case in enumerate(read("answers.json")["cases"]):
    results.append((case["name"], check_answered(case, number)))
results += [(case["name"], check_webhook(case, webhooks["now"])) for case in webhooks["cases"]]
client = library.Client(os.environ["NETGIRO_URL"], os.environ["NETGIRO_KEY"])
for amount in (float("nan"), float("inf"), decimal.Decimal("12990")):
    order = {"reference": "X-1", "amount": amount, "currency": "ISK"}
    results.append((f"an amount of {amount!r}", check_refusal(lambda: client.create(order), "JSON cannot hold")))
for body in (None, {"type": "checkout.paid"}):
    verify = lambda: library.verify_webhook(body, genuine["headers"], genuine["secrets"])  # noqa: E731
    results.append((f"a body that is {body!r}", check_refusal(verify, "before any parser")))
for name, settings in (("PUBLIC_URL", (None, "key")), ("MERCHANT_API_KEY", ("https://pay.shop.is", None))):
    results.append((f"no {name}", check_refusal(lambda: library.Client(*settings), name)))
for name, difference in results:
    if difference is not None:
        print(f"{name}: {difference}")
print(f"{len(results)} checked")
sys.exit(any(difference is not None for _, difference in results))
