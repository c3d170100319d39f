<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** Verification of webhooks, as Standard Webhooks 1.0.0 describes it. */
final class Webhook
{
    private const TOLERANCE_SECONDS = 300;
    /** Of version 1, however a header that came twice was joined. */
    private const SIGNATURE = '#(?:^|[\s,])v1,([A-Za-z0-9+/]+={0,2})(?=[\s,]|$)#';

    /**
     * Returns the event with its `id`, `type` and `data`.
     *
     * @param string $body as received, before any parsing: `file_get_contents('php://input')`
     * @param array<string, string|list<string>> $headers such as `getallheaders()`, or `getHeaders()` of PSR-7
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
        $keys = self::keysOf($secrets);
        $named = array_map(
            static fn (mixed $value): string => implode(', ', (array) $value),
            array_change_key_case($headers),
        );
        $id = $named['webhook-id'] ?? '';
        $timestamp = $named['webhook-timestamp'] ?? '';
        if ($id === '' || !preg_match('/\A(?:0|[1-9]\d{0,11})\z/', $timestamp)) {
            throw new InvalidSignatureError('The webhook has no webhook-id or no webhook-timestamp');
        }
        if (abs(($now ?? time()) - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            throw new InvalidSignatureError("The webhook is over five minutes from this machine's clock");
        }
        preg_match_all(self::SIGNATURE, $named['webhook-signature'] ?? '', $given);
        foreach ($keys as $key) {
            $expected = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
            foreach ($given[1] as $signature) {
                if (hash_equals($expected, $signature)) {
                    return ['id' => $id] + self::parse($body);
                }
            }
        }
        throw new InvalidSignatureError('No signature fits WEBHOOK_SECRET and the body as it was received');
    }

    /** @return array<string, mixed> */
    private static function parse(string $body): array
    {
        $event = json_decode($body, true, 64);
        if (!is_array($event) || !isset($event['type'])) {
            throw new InvalidSignatureError('The webhook is no event of the payment server');
        }
        return $event;
    }

    /**
     * @param string|array<string> $secrets
     * @return non-empty-list<string>
     */
    private static function keysOf(#[\SensitiveParameter] string|array $secrets): array
    {
        $all = array_map(trim(...), explode(',', implode(',', (array) $secrets)));
        $present = array_values(array_filter($all, static fn (string $one): bool => $one !== ''));
        if ($present === []) {
            throw new \InvalidArgumentException('WEBHOOK_SECRET of the payment server is missing');
        }
        return array_map(self::keyOf(...), $present);
    }

    private static function keyOf(#[\SensitiveParameter] string $secret): string
    {
        $isBase64 = preg_match('#\A(?:whsec_)?([A-Za-z0-9+/]+)={0,2}\z#', $secret, $found);
        $key = $isBase64 && strlen($found[1]) % 4 !== 1 ? base64_decode($found[1], true) : false;
        if ($key === false) {
            $message = 'WEBHOOK_SECRET must be whsec_ and base64, as the payment server has it';
            throw new \InvalidArgumentException($message);
        }
        return $key;
    }
}
