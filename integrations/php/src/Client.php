<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** The calls of a shop's server. */
final class Client
{
    /** Refusals after which it is certain that nothing has happened. */
    private const WITHOUT_EFFECT = [
        'temporarily_unavailable',
        'shutting_down',
        'too_many_requests',
        'idempotency_key_in_use',
    ];
    private const MAX_DELAY_SECONDS = 10.0;

    /**
     * @param string $url the server's address, such as `https://pay.shop.is`
     * @param string $key `MERCHANT_API_KEY` of the server
     * @param int $timeoutMs for one try
     */
    public function __construct(
        private readonly string $url,
        #[\SensitiveParameter] private readonly string $key,
        private readonly int $timeoutMs = 10_000,
        private readonly int $retries = 3,
    ) {
    }

    /**
     * Creates a checkout, or returns the one that the order already has, with a further `session` for the page.
     *
     * @param array<string, mixed> $order
     * @return array<string, mixed>
     */
    public function create(array $order, ?string $idempotencyKey = null): array
    {
        $key = $idempotencyKey ?? bin2hex(random_bytes(16));
        return $this->send('POST', '/v1/checkouts', $order, $key);
    }

    /** @return array<string, mixed> */
    public function get(string $id): array
    {
        return $this->send('GET', self::pathOf($id));
    }

    /** @return array<string, mixed> */
    public function getByReference(string $reference): array
    {
        return $this->send('GET', '/v1/checkouts?reference=' . rawurlencode($reference));
    }

    /**
     * Closes a checkout. It may turn out paid, or have no final status yet: a webhook then reports it.
     *
     * @return array<string, mixed>
     */
    public function cancel(string $id): array
    {
        return $this->send('POST', self::pathOf($id) . '/cancel', []);
    }

    /**
     * Refunds a payment in full or in part, once for each key, which you have stored before the call.
     *
     * @param array{amount: int, attemptId?: string} $refund
     * @return array<string, mixed>
     */
    public function refund(string $id, array $refund, string $idempotencyKey): array
    {
        return $this->send('POST', self::pathOf($id) . '/refunds', $refund, $idempotencyKey);
    }

    /**
     * Lists every event until now, oldest first; without a cursor, from the oldest that is kept. Store the key, which is a
     * cursor for `$after`, once the event is handled; after a restart some events of the same page may come again, under the
     * same id.
     *
     * @return \Generator<string, array<string, mixed>>
     */
    public function events(?string $after = null): \Generator
    {
        $after = $after === null || $after === '' ? '0' : $after;
        do {
            $page = $this->send('GET', '/v1/events?after=' . rawurlencode($after));
            foreach ($page['events'] as $index => $event) {
                // Only the end of a page is a place to go on from.
                yield $index === count($page['events']) - 1 ? $page['cursor'] : $after => $event;
            }
            $after = $page['cursor'];
        } while ($page['hasMore']);
    }

    private static function pathOf(string $id): string
    {
        return '/v1/checkouts/' . rawurlencode($id);
    }

    /**
     * @param array<string, mixed>|null $body
     * @return array<string, mixed>
     */
    private function send(string $method, string $path, ?array $body = null, ?string $key = null): array
    {
        for ($tries = 0; ; $tries++) {
            try {
                return $this->sendOnce($method, $path, $body, $key);
            } catch (ProblemError | ConnectionError $error) {
                $delay = self::delayAfter($error, $tries);
                $isRepeatable = self::isRepeatable($error, $method === 'GET' || $key !== null);
                if ($tries >= $this->retries || $delay > self::MAX_DELAY_SECONDS || !$isRepeatable) {
                    throw $error;
                }
                usleep((int) ($delay * 1_000_000));
            }
        }
    }

    /** A call that may have had an effect is repeated only under a key by which the server knows it again. */
    private static function isRepeatable(NetgiroError $error, bool $isKnownAgain): bool
    {
        if (!$error instanceof ProblemError) {
            return $isKnownAgain;
        }
        $hadNoEffect = in_array($error->problem, self::WITHOUT_EFFECT, true);
        return $hadNoEffect || ($isKnownAgain && $error->status >= 500);
    }

    private static function delayAfter(NetgiroError $error, int $tries): float
    {
        $backoff = 0.2 * 2 ** $tries * random_int(50, 100) / 100;
        return max($backoff, $error instanceof ProblemError ? (float) $error->retryAfter : 0.0);
    }

    /**
     * @param array<string, mixed>|null $body
     * @return array<string, mixed>
     */
    private function sendOnce(string $method, string $path, ?array $body, ?string $key): array
    {
        $headers = ["Authorization: Bearer {$this->key}", 'Expect:'];
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        $received = [];
        $curl = curl_init(rtrim($this->url, '/') . $path);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            // The key must not be carried to another server.
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$received): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                $received[strtolower(trim($name))] = trim($value);
                return strlen($line);
            },
        ]);
        if ($body !== null) {
            $json = json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
            curl_setopt($curl, CURLOPT_POSTFIELDS, $json);
        }
        $text = curl_exec($curl);
        if (!is_string($text)) {
            throw new ConnectionError("$method $path had no answer: " . curl_error($curl));
        }
        return self::readAnswer(curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $received, $text);
    }

    /**
     * @param array<string, string> $headers
     * @return array<string, mixed>
     */
    private static function readAnswer(int $status, array $headers, string $text): array
    {
        $type = $headers['content-type'] ?? '';
        $answer = json_decode($text, true, 64);
        $isOk = $status >= 200 && $status < 300;
        if ($isOk && is_array($answer) && str_starts_with($type, 'application/json')) {
            return $answer;
        }
        if (!str_starts_with($type, 'application/problem+json') || !isset($answer['code'])) {
            throw new ConnectionError("An answer that is not the server's: $status $type");
        }
        $retryAfter = $headers['retry-after'] ?? '';
        throw new (Problems::classOf($answer['code']))(
            $answer['code'],
            $status,
            $answer['title'] ?? 'The request was refused',
            $answer['detail'] ?? null,
            $answer['checkoutId'] ?? null,
            ctype_digit($retryAfter) ? (int) $retryAfter : null,
            $headers['x-request-id'] ?? null,
        );
    }
}
