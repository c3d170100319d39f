#!/bin/sh
# A shop's check of a webhook with nothing but a shell and openssl, written from the Standard Webhooks 1.0.0 text alone:
#
#     WEBHOOK_ID=… WEBHOOK_TIMESTAMP=… WEBHOOK_SIGNATURE=… sh verify.sh whsec_… < body
#
# Leaves with 0 when it is genuine and with 3 when it is not; anything else is a fault of this program. Not for production:
# the key stands in the list of processes for a moment.
set -eu

tolerance=300
refused=3

age=$(($(date +%s) - WEBHOOK_TIMESTAMP))
[ "${age#-}" -le "$tolerance" ] || exit "$refused"

key=$(printf %s "${1#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$WEBHOOK_ID" "$WEBHOOK_TIMESTAMP" && cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
[ -n "$expected" ]

for signature in $WEBHOOK_SIGNATURE; do
  [ "$signature" != "v1,$expected" ] || exit 0
done
exit "$refused"
