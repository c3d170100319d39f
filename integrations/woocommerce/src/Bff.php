<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** The merchant API of the payment server. The key stays on this side: no page contains it. */
final class Bff {
    private const TIMEOUT_SECONDS = 15;

    public function __construct(private readonly string $server, private readonly string $key) {
    }

    public static function configured(): self {
        // The server takes two keys while they are rotated, and one in a call.
        return new self(Settings::server(), trim(explode(',', Settings::get('api_key'))[0]));
    }

    /**
     * Creates the checkout or finds the one of the same reference and amount.
     *
     * @param array<string, mixed> $order
     * @return array<string, mixed> the checkout, with a session for a page
     */
    public function create(array $order): array {
        return $this->call('POST', '/v1/checkouts', $order);
    }

    /** @return array<string, mixed> */
    public function read(string $id): array {
        return $this->call('GET', '/v1/checkouts/' . rawurlencode($id));
    }

    /** @return array<string, mixed> the checkout, whose status says whether it was too late */
    public function cancel(string $id): array {
        return $this->call('POST', '/v1/checkouts/' . rawurlencode($id) . '/cancel', []);
    }

    /** @return array<string, mixed> */
    public function refund(string $id, int $amount, string $key): array {
        $path = '/v1/checkouts/' . rawurlencode($id) . '/refunds';
        return $this->call('POST', $path, ['amount' => $amount], ['Idempotency-Key' => $key]);
    }

    /** A call that needs the key and changes nothing. */
    public function test(): void {
        try {
            $this->call('GET', '/v1/checkouts?reference=connection-test');
        } catch (Problem $problem) {
            if ($problem->problem !== 'checkout_not_found') {
                throw $problem;
            }
        }
    }

    /**
     * @param array<string, mixed>|null $body
     * @param array<string, string> $headers
     * @return array<string, mixed>
     */
    private function call(string $method, string $path, ?array $body = null, array $headers = []): array {
        $response = wp_remote_request($this->server . $path, [
            'method' => $method,
            'timeout' => self::TIMEOUT_SECONDS,
            'redirection' => 0,
            'headers' => [
                'Authorization' => 'Bearer ' . $this->key,
                'Content-Type' => 'application/json',
                ...$headers,
            ],
            'body' => $body === null ? null : (string) wp_json_encode((object) $body),
        ]);
        if (is_wp_error($response)) {
            throw new Problem('unreachable', 0, ['detail' => $response->get_error_message()]);
        }
        $status = (int) wp_remote_retrieve_response_code($response);
        $answer = json_decode(wp_remote_retrieve_body($response), true);
        $answer = is_array($answer) ? $answer : [];
        if ($status >= 200 && $status < 300 && isset($answer['id'], $answer['status'])) {
            return $answer;
        }
        $code = $answer['code'] ?? null;
        throw new Problem(is_string($code) ? $code : 'unexpected_answer', $status < 400 ? 0 : $status, $answer);
    }
}
