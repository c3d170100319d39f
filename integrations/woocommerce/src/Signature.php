<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** [standard-webhooks] Version 1: HMAC-SHA256 of id, timestamp and raw body. */
final class Signature {
    private const TOLERANCE_SECONDS = 300;

    /** @param string $secrets one secret, or two with a comma between while they are rotated */
    public static function isValid(string $secrets, string $id, string $timestamp, string $signatures, string $body, int $now): bool {
        if ($id === '' || !ctype_digit($timestamp) || abs($now - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            return false;
        }
        foreach (self::keysOf($secrets) as $key) {
            $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
            foreach (explode(' ', $signatures) as $signature) {
                if (hash_equals($expected, $signature)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @return list<string> the keys of all secrets that are well formed */
    public static function keysOf(string $secrets): array {
        $decode = static fn (string $secret) => base64_decode((string) preg_replace('/^whsec_|=+$/', '', trim($secret)), true);
        return array_values(array_filter(
            array_map($decode, explode(',', $secrets)),
            static fn (string|false $key) => $key !== false && strlen($key) >= 24,
        ));
    }
}
