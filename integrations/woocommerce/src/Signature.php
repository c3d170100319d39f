<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** [standard-webhooks] Version 1: HMAC-SHA256 of id, timestamp and raw body. */
final class Signature {
    private const TOLERANCE_SECONDS = 300;

    /** @param string $secrets one secret, or two with a comma between while they are rotated */
    public static function isValid(
        string $secrets,
        string $id,
        string $timestamp,
        string $signatures,
        string $body,
        int $now,
    ): bool {
        if ($id === '' || !ctype_digit($timestamp) || abs($now - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            return false;
        }
        foreach (explode(',', $secrets) as $secret) {
            $key = base64_decode((string) preg_replace('/^whsec_/', '', trim($secret)), true);
            if ($key === false || strlen($key) < 24) {
                continue;
            }
            $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
            foreach (explode(' ', $signatures) as $signature) {
                if (hash_equals($expected, $signature)) {
                    return true;
                }
            }
        }
        return false;
    }
}
