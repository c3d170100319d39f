<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** Receives the payment server's signed events: the only proof of payment beside its merchant API. */
final class Webhooks {
    /** Metadata of a checkout: the order's id, which shop's order it is, and a hash of what only that order has. */
    public const ORDER = 'woocommerce_order';
    public const SHOP = 'woocommerce_shop';
    public const KEY = 'woocommerce_order_key';

    /** Order meta: the ids of the newest events that were recorded. */
    private const SEEN = '_netgiro_events';
    private const KEPT = 50;
    private const ROUTE = ['netgiro-checkout/v1', '/webhook'];

    public static function addRoute(): void {
        register_rest_route(self::ROUTE[0], self::ROUTE[1], [
            'methods' => 'POST',
            'callback' => [self::class, 'receive'],
            // The signature is the permission.
            'permission_callback' => '__return_true',
        ]);
    }

    public static function url(): string {
        return rest_url(implode('', self::ROUTE));
    }

    /** Tells this shop from others. Not by home_url(), which plugins for several languages change from page to page. */
    public static function shop(): string {
        return md5((string) get_option('home'));
    }

    /** Whether this shop made it under the address that it has now. */
    private static function isOfThisShop(array $checkout): bool {
        return ($checkout['metadata'][self::SHOP] ?? null) === self::shop();
    }

    /** The payment server repeats an event until it gets a 2xx, so only what is on disk is answered with one. */
    public static function receive(\WP_REST_Request $request): \WP_REST_Response {
        $header = static fn (string $name): string => (string) $request->get_header("webhook-$name");
        [$id, $body, $secrets] = [$header('id'), $request->get_body(), Settings::get('webhook_secret')];
        if (!Signature::isValid($secrets, $id, $header('timestamp'), $header('signature'), $body, time())) {
            return new \WP_REST_Response(null, 401);
        }
        $event = json_decode($body, true);
        $checkout = $event['data']['checkout'] ?? null;
        if (!is_array($checkout) || !isset($checkout['metadata'][self::ORDER])) {
            // A type that is not known here, or a checkout that no such plugin made.
            return new \WP_REST_Response(null, 204);
        }
        try {
            OrderLock::hold(
                (int) $checkout['metadata'][self::ORDER],
                static fn (\WC_Order $order) => self::record($order, $id, (string) $event['type'], $checkout),
            );
        } catch (Problem $problem) {
            if ($problem->status === 404 && !self::isOfThisShop($checkout)) {
                return new \WP_REST_Response(null, 204);
            }
            wc_get_logger()->warning("Webhook $id: {$problem->getMessage()}", ['source' => 'netgiro-checkout']);
            return new \WP_REST_Response(null, $problem->status === 404 ? 404 : 503);
        }
        return new \WP_REST_Response(null, 204);
    }

    /** @param array<string, mixed> $checkout */
    private static function record(\WC_Order $order, string $id, string $type, array $checkout): void {
        if (!Checkouts::isOf($order, $checkout)) {
            if (self::isOfThisShop($checkout)) {
                // An order that a backup has replaced: nobody here knows it any more.
                wc_get_logger()->error("Webhook $id: {$checkout['id']} is of another order of that id", ['source' => 'netgiro-checkout']);
            }
            return;
        }
        $seen = array_filter(explode(' ', (string) $order->get_meta(self::SEEN)));
        if (in_array($id, $seen, true)) {
            return;
        }
        (new OrderPayment($order))->record($checkout, $type === 'checkout.review');
        if ($type === 'checkout.refund_failed') {
            $order->add_order_note(
                __('Netgíró: a refund ended without money going back. Compare the refunds of this order with the payment server.', 'netgiro-checkout')
            );
        }
        OrderLock::save($order, self::SEEN, implode(' ', array_slice([...$seen, $id], -self::KEPT)));
    }
}
