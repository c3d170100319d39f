"""
A shop's check of a webhook in Python, written from the Standard Webhooks 1.0.0 text alone:

    WEBHOOK_ID=… WEBHOOK_TIMESTAMP=… WEBHOOK_SIGNATURE=… python3 verify.py whsec_… < body

Leaves with 0 when it is genuine and with 3 when it is not; anything else is a fault of this program.
"""

import base64
import hashlib
import hmac
import os
import sys
import time

TOLERANCE = 5 * 60
REFUSED = 3

key = base64.b64decode(sys.argv[1].removeprefix("whsec_"), validate=True)
message_id = os.environ["WEBHOOK_ID"]
timestamp = os.environ["WEBHOOK_TIMESTAMP"]
body = sys.stdin.buffer.read()

if abs(time.time() - int(timestamp)) > TOLERANCE:
    sys.exit(REFUSED)

signed = f"{message_id}.{timestamp}.".encode() + body
expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
for signature in os.environ["WEBHOOK_SIGNATURE"].split(" "):
    version, _, value = signature.partition(",")
    if version == "v1" and hmac.compare_digest(value, expected):
        sys.exit(0)
sys.exit(REFUSED)
