<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** The page with the element, between checkout and thank-you page. */
final class WaitingPage {
    private const ASKED = 'netgiro_asked';

    /** Prints the element into WooCommerce's page for an order that is to be paid. */
    public static function show(int $orderId): void {
        $order = wc_get_order($orderId);
        if (!$order instanceof \WC_Order) {
            return;
        }
        try {
            $checkout = Checkouts::open($order);
        } catch (Problem $problem) {
            printf('<p role="alert">%s</p>', esc_html($problem->forShopper()));
            return;
        }
        $server = Settings::server();
        // Without a version: the payment server says how long its script may be kept.
        wp_enqueue_script('netgiro-checkout-element', "$server/netgiro-checkout.iife.js", [], null, true);
        wp_enqueue_script('netgiro-checkout-waiting', Plugin::url('assets/waiting.js'), [], '0.1.0', true);
        printf(
            '<netgiro-checkout session="%s" server="%s" data-return="%s" data-delay="%d"><p><a href="%s">%s</a></p></netgiro-checkout>',
            esc_attr((string) $checkout['session']),
            esc_attr($server),
            esc_url(self::returnUrl($order)),
            // It was asked a moment ago, and could not record the payment.
            isset($_GET[self::ASKED]) ? 5000 : 0,
            esc_url($order->get_checkout_payment_url()),
            esc_html__('Choose another way to pay', 'netgiro-checkout')
        );
    }

    public static function returnUrl(\WC_Order $order): string {
        $address = WC()->api_request_url('netgiro_checkout_return');
        return add_query_arg(['order' => $order->get_id(), 'key' => $order->get_order_key()], $address);
    }

    /** The browser says that the order is paid; the payment server is asked, and its answer decides where the way leads. */
    public static function return(): void {
        $order = wc_get_order(absint($_GET['order'] ?? 0));
        $key = sanitize_text_field(wp_unslash((string) ($_GET['key'] ?? '')));
        if (!$order instanceof \WC_Order || !hash_equals($order->get_order_key(), $key)) {
            wp_safe_redirect(home_url());
            exit;
        }
        try {
            Checkouts::refresh($order);
        } catch (Problem $problem) {
            wc_get_logger()->warning($problem->getMessage(), ['source' => 'netgiro-checkout']);
        }
        $fresh = wc_get_order($order->get_id());
        $isPaid = $fresh instanceof \WC_Order && $fresh->is_paid();
        if ($isPaid) {
            Gateway::forgetOrder($order->get_id());
        }
        $waiting = add_query_arg([self::ASKED => 1], $order->get_checkout_payment_url(true));
        wp_safe_redirect($isPaid ? $fresh->get_checkout_order_received_url() : $waiting);
        exit;
    }
}
