<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** The payment method of WooCommerce. */
final class Gateway extends \WC_Payment_Gateway {
    /** In the shopper's session: the order that was to be paid last. */
    private const ORDER = 'netgiro_checkout_order';

    public function __construct() {
        $this->id = Plugin::GATEWAY;
        $this->method_title = 'Netgíró';
        $this->method_description = __('The shopper approves the payment in the Netgíró app. Needs a netgiro-checkout server.', 'netgiro-checkout');
        $this->has_fields = false;
        $this->supports = ['products', 'refunds'];
        $this->form_fields = Settings::fields();
        $this->init_settings();
        $this->title = $this->get_option('title');
        $this->description = $this->get_option('description');
        add_action('woocommerce_update_options_payment_gateways_' . Plugin::GATEWAY, [$this, 'process_admin_options']);
    }

    public function is_available(): bool {
        return parent::is_available() && Settings::canBeOffered();
    }

    /**
     * Leads to the page where the shopper pays. The order stays unpaid and the cart as it is until there is money.
     *
     * @param int $order_id
     * @return array<string, string>
     */
    public function process_payment($order_id): array {
        try {
            $order = wc_get_order($order_id);
            if (!$order instanceof \WC_Order) {
                throw new Problem('unknown_order', 404);
            }
            $this->closeEarlierOrder($order);
            $checkout = Checkouts::open($order);
        } catch (Problem $problem) {
            wc_get_logger()->error("Order $order_id: {$problem->getMessage()}", ['source' => 'netgiro-checkout']);
            wc_add_notice($problem->forShopper(), 'error');
            return ['result' => 'failure'];
        }
        $isPaid = $checkout['status'] === 'paid';
        return ['result' => 'success', 'redirect' => $isPaid ? WaitingPage::returnUrl($order) : $order->get_checkout_payment_url(true)];
    }

    /**
     * @param int $order_id
     * @param float|string|null $amount
     * @param string $reason
     */
    public function process_refund($order_id, $amount = null, $reason = ''): bool|\WP_Error {
        try {
            Refunds::make((int) $order_id, $amount);
            return true;
        } catch (Problem $problem) {
            return new \WP_Error($problem->problem, $problem->getMessage());
        }
    }

    /** Saves the settings, tests the connection with them, and looks at the form of the secret. */
    public function process_admin_options(): bool {
        $isSaved = parent::process_admin_options();
        try {
            Bff::configured()->test();
            \WC_Admin_Settings::add_message(__('The payment server accepts the key.', 'netgiro-checkout'));
        } catch (Problem $problem) {
            \WC_Admin_Settings::add_error(
                /* translators: %s: a technical reason */
                sprintf(__('The payment server cannot be used (%s).', 'netgiro-checkout'), $problem->getMessage())
            );
        }
        if (Signature::keysOf(Settings::get('webhook_secret')) === []) {
            \WC_Admin_Settings::add_error(
                __('The webhook secret is not one: copy the whole WEBHOOK_SECRET, which begins with whsec_.', 'netgiro-checkout')
            );
        }
        return $isSaved;
    }

    /** The cart made another order before: the request for that one must not be approved as well. */
    private function closeEarlierOrder(\WC_Order $order): void {
        $session = WC()->session;
        if ($session === null) {
            return;
        }
        $earlier = wc_get_order((int) $session->get(self::ORDER));
        if ($earlier instanceof \WC_Order && $earlier->get_id() !== $order->get_id()) {
            $checkout = Checkouts::idOf($earlier);
            if ($earlier->needs_payment() && $checkout !== '') {
                Checkouts::close($earlier->get_id(), $checkout);
            }
            // In another tab, whose receipt nobody has seen. Who is told once may insist.
            $isOfThisCart = $earlier->get_cart_hash() === $order->get_cart_hash() && $order->get_cart_hash() !== '';
            if ($earlier->is_paid() && $isOfThisCart) {
                self::forgetOrder($earlier->get_id());
                throw new Problem('earlier_order_paid');
            }
        }
        $session->set(self::ORDER, $order->get_id());
    }

    /** The shopper has seen that the order is paid: the next one may be for the same cart. */
    public static function forgetOrder(int $orderId): void {
        if ((int) WC()->session?->get(self::ORDER) === $orderId) {
            WC()->session->set(self::ORDER, null);
        }
    }
}
