<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/**
 * Reads what the shop has set. A wrong setting is reported here, because each call would report it as a server that does
 * not answer.
 *
 * @internal
 */
final class Options
{
    /** Returns the address without a slash at its end. */
    public static function url(string $given): string
    {
        $url = trim($given);
        $parts = parse_url($url) ?: [];
        $isWeb = in_array(strtolower($parts['scheme'] ?? ''), ['http', 'https'], true);
        if (!$isWeb || ($parts['host'] ?? '') === '' || isset($parts['user'])) {
            throw new \InvalidArgumentException('$url must be the address of the payment server (PUBLIC_URL)');
        }
        return rtrim($url, '/');
    }

    /** Returns the first key: the server takes both while they are rotated. */
    public static function key(#[\SensitiveParameter] string $given): string
    {
        $key = trim(explode(',', $given)[0]);
        if (!preg_match('#\A[\w.~+/-]+=*\z#', $key)) {
            throw new \InvalidArgumentException('$key must be MERCHANT_API_KEY of the payment server');
        }
        return $key;
    }

    /** A key that ends a header's line would write the next one. */
    public static function idempotencyKey(string $given): string
    {
        if (!preg_match('/\A[\x20-\x7e]{1,255}\z/', $given)) {
            throw new \InvalidArgumentException('$idempotencyKey must have 1 to 255 visible ASCII characters');
        }
        return $given;
    }

    /** @param array<string, mixed> $body */
    public static function json(array $body): string
    {
        try {
            return json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        } catch (\JsonException $error) {
            $message = 'JSON cannot hold this order or refund: ' . $error->getMessage();
            throw new \InvalidArgumentException($message, 0, $error);
        }
    }
}
