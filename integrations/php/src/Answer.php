<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/**
 * Reads an answer, which may be that of a proxy, or of no payment server at all.
 *
 * @internal
 */
final class Answer
{
    /**
     * @param array{int, array<string, string>, string} $response status, headers and body
     * @param string $field what every answer to the call has
     * @return array<string, mixed>
     */
    public static function read(array $response, string $field): array
    {
        [$status, $headers, $text] = $response;
        $type = $headers['content-type'] ?? '';
        $answer = json_decode($text, true, 64);
        $answer = is_array($answer) ? $answer : [];
        $isOk = $status >= 200 && $status < 300 && str_starts_with($type, 'application/json');
        if ($isOk && array_key_exists($field, $answer)) {
            return $answer;
        }
        $words = array_filter($answer, is_string(...));
        // Without a code it is not the server's: other programs answer with problems as well.
        if ($isOk || !str_starts_with($type, 'application/problem+json') || !isset($words['code'])) {
            throw new ConnectionError(trim("An answer that is not the payment server's: $status $type"));
        }
        $retryAfter = $headers['retry-after'] ?? '';
        throw new (Problems::classOf($words['code']))(
            $words['code'],
            $status,
            $words['title'] ?? 'The request was refused',
            $words['detail'] ?? null,
            $words['checkoutId'] ?? null,
            ctype_digit($retryAfter) ? (int) $retryAfter : null,
            $headers['x-request-id'] ?? null,
        );
    }
}
