<?php

use NetgiroCheckout\Gateway;
use PHPUnit\Framework\TestCase;

/** A shop with settings and a folder of its own, and a payment server whose answers the test writes. */
abstract class PluginTestCase extends TestCase
{
    protected const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

    /** @var list<array{method: string, path: string, body: mixed, headers: array<string, string>}> */
    protected array $calls = [];
    /** @var list<array{int, array<string, mixed>}|WP_Error> */
    protected array $answers = [];
    protected Gateway $gateway;

    protected function setUp(): void
    {
        OrderFiles::$folder = sys_get_temp_dir() . '/netgiro-' . bin2hex(random_bytes(6));
        mkdir(OrderFiles::$folder);
        OrderFiles::$crashAfter = 0;
        OrderFiles::$isFull = false;
        OrderFiles::$caches = array_fill_keys(array_keys(OrderFiles::$caches), []);
        World::$notices = World::$logged = World::$session = World::$scripts = [];
        World::$currency = 'ISK';
        World::$language = '';
        $_GET = [];
        World::$options = ['woocommerce_netgiro_checkout_settings' => [
            'enabled' => 'yes', 'server' => 'https://pay.shop.example/', 'api_key' => 'key-of-the-shop',
            'webhook_secret' => self::SECRET,
        ]];
        World::$send = function (string $url, array $args): array|WP_Error {
            $this->calls[] = [
                'method' => $args['method'], 'path' => str_replace('https://pay.shop.example', '', $url),
                'body' => json_decode($args['body'] ?? 'null', true), 'headers' => $args['headers'],
            ];
            $answer = array_shift($this->answers);
            self::assertNotNull($answer, "an answer to {$args['method']} $url");
            return $answer instanceof WP_Error
                ? $answer
                : ['response' => ['code' => $answer[0]], 'body' => json_encode($answer[1])];
        };
        $this->gateway = new Gateway();
    }

    protected function tearDown(): void
    {
        array_map('unlink', glob(OrderFiles::$folder . '/*'));
        rmdir(OrderFiles::$folder);
    }

    protected function order(string $total = '12990', array $data = []): WC_Order
    {
        return WC_Order::create(['total' => $total] + $data);
    }

    protected function checkout(WC_Order $order, array $changes = []): array
    {
        return $changes + [
            'id' => 'co_1', 'status' => 'open', 'version' => 1, 'amount' => (int) $order->get_total(), 'currency' => 'ISK',
            'review' => null, 'session' => 'cs_secret', 'createdAt' => gmdate('c'),
            'metadata' => [
                'woocommerce_order' => (string) $order->get_id(), 'woocommerce_shop' => md5('https://shop.example'),
                'woocommerce_order_key' => hash('sha256', $order->get_order_key()),
            ],
        ];
    }

    /** An order whose checkout `co_1` is open. */
    protected function openOrder(string $total = '12990', array $data = []): WC_Order
    {
        return $this->order($total, $data + ['meta' => ['_netgiro_checkout' => 'co_1']]);
    }

    protected function stored(WC_Order $order): array
    {
        return OrderFiles::read($order->get_id());
    }

    /** Delivers an event as the payment server does, and returns the status of the response. */
    protected function deliver(string $type, array $checkout, string $id = 'evt_1', ?int $at = null): int
    {
        $body = json_encode(['type' => $type, 'timestamp' => gmdate('c'), 'data' => ['checkout' => $checkout]]);
        return $this->deliverSigned($body, $id, (string) ($at ?? time()));
    }

    protected function deliverSigned(string $body, string $id, string $at, ?string $signature = null): int
    {
        $key = base64_decode(substr(self::SECRET, 6));
        $signature ??= 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, true));
        do_action('rest_api_init');
        $headers = ['webhook-id' => $id, 'webhook-timestamp' => $at, 'webhook-signature' => $signature];
        $request = new WP_REST_Request($headers, $body);
        return (World::$routes['/netgiro-checkout/v1/webhook']['callback'])($request)->get_status();
    }
}
