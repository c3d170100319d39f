<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** Verification of webhooks, as Standard Webhooks 1.0.0 describes it. */
final class Webhook
{
    private const TOLERANCE_SECONDS = 300;

    /**
     * Returns the event with its `id`, `type` and `data`.
     *
     * @param string $body as received, before any parsing: `file_get_contents('php://input')`
     * @param array<string, string> $headers such as `getallheaders()`
     * @param string|list<string> $secrets `WEBHOOK_SECRET`, or both of them while it is rotated
     * @return array<string, mixed>
     * @throws InvalidSignatureError for anything that is not genuine or is older than five minutes
     */
    public static function verify(
        string $body,
        array $headers,
        #[\SensitiveParameter] string|array $secrets,
        ?int $now = null,
    ): array {
        $named = array_change_key_case($headers);
        $id = $named['webhook-id'] ?? '';
        $timestamp = $named['webhook-timestamp'] ?? '';
        if ($id === '' || !preg_match('/\A\d{1,12}\z/', $timestamp)) {
            throw new InvalidSignatureError('The webhook has no id or no timestamp');
        }
        if (abs(($now ?? time()) - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            throw new InvalidSignatureError('The webhook is not from now');
        }
        $given = explode(' ', $named['webhook-signature'] ?? '');
        foreach (is_string($secrets) ? explode(',', $secrets) : $secrets as $secret) {
            $digest = hash_hmac('sha256', "$id.$timestamp.$body", self::keyOf($secret), true);
            $expected = 'v1,' . base64_encode($digest);
            foreach ($given as $signature) {
                if (hash_equals($expected, $signature)) {
                    return ['id' => $id] + json_decode($body, true, 64, JSON_THROW_ON_ERROR);
                }
            }
        }
        throw new InvalidSignatureError('The webhook is not genuine');
    }

    private static function keyOf(#[\SensitiveParameter] string $secret): string
    {
        $key = base64_decode(preg_replace('/\Awhsec_/', '', trim($secret)) ?? '', true);
        if ($key === false || $key === '') {
            throw new \InvalidArgumentException('The webhook secret is empty or not base64');
        }
        return $key;
    }
}
