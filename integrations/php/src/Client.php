<?php

declare(strict_types=1);

namespace NetgiroCheckout;

/** The calls of a shop's server. */
final class Client
{
    /** The server is busy. Every call may then be repeated: those that must not be made twice have a key. */
    private const BUSY = [
        'temporarily_unavailable',
        'shutting_down',
        'too_many_requests',
        'idempotency_key_in_use',
    ];
    private const MAX_DELAY_SECONDS = 10.0;

    private readonly string $url;
    private readonly string $key;

    /**
     * @param string $url the server's address, such as `https://pay.shop.is`
     * @param string $key `MERCHANT_API_KEY` of the server; of two, separated by a comma, the first is used
     * @param int $timeoutMs for one try; the server itself waits 10 000 for the outcome of a refund or a cancellation
     */
    public function __construct(
        string $url,
        #[\SensitiveParameter] string $key,
        private readonly int $timeoutMs = 15_000,
        private readonly int $retries = 3,
    ) {
        $this->url = Options::url($url);
        $this->key = Options::key($key);
    }

    /**
     * Creates a checkout, or returns the one that the order already has, with a further `session` for the page.
     *
     * @param array<string, mixed> $order
     * @return array<string, mixed>
     */
    public function create(array $order, ?string $idempotencyKey = null): array
    {
        $key = Options::idempotencyKey($idempotencyKey ?: bin2hex(random_bytes(16)));
        return $this->send('POST', '/v1/checkouts', $order, $key, 'session');
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
        $key = Options::idempotencyKey($idempotencyKey);
        return $this->send('POST', self::pathOf($id) . '/refunds', $refund, $key);
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
            $page = $this->send('GET', '/v1/events?after=' . rawurlencode($after), field: 'events');
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
     * @param string $field what every answer to the call has
     * @return array<string, mixed>
     */
    private function send(
        string $method,
        string $path,
        ?array $body = null,
        ?string $key = null,
        string $field = 'id',
    ): array {
        $json = $body === null ? null : Options::json($body);
        for ($tries = 0; ; $tries++) {
            try {
                return Answer::read($this->sendOnce($method, $path, $json, $key), $field);
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
        $isBusy = in_array($error->problem, self::BUSY, true);
        return $isBusy || ($isKnownAgain && $error->status >= 500);
    }

    private static function delayAfter(NetgiroError $error, int $tries): float
    {
        $backoff = 0.2 * 2 ** $tries * random_int(50, 100) / 100;
        return max($backoff, $error instanceof ProblemError ? (float) $error->retryAfter : 0.0);
    }

    /** @return array{int, array<string, string>, string} status, headers and body of the answer */
    private function sendOnce(string $method, string $path, ?string $json, ?string $key): array
    {
        $headers = ['Accept: application/json, application/problem+json', 'Expect:'];
        $headers[] = "Authorization: Bearer {$this->key}";
        if ($json !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        $received = [];
        $curl = curl_init($this->url . $path);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT_MS => $this->timeoutMs,
            // The key must not be carried to another server.
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_HEADERFUNCTION => static function ($_, string $line) use (&$received): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                // A proxy may have answered before.
                $received = str_starts_with($line, 'HTTP/') ? [] : $received;
                $received[strtolower(trim($name))] = trim($value);
                return strlen($line);
            },
        ]);
        if ($json !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $json);
        }
        $text = curl_exec($curl);
        if (!is_string($text)) {
            throw new ConnectionError("$method $path had no answer: " . curl_error($curl));
        }
        return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $received, $text];
    }
}
