<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** The payment method of WooCommerce. */
final class Gateway extends \WC_Payment_Gateway {
    public const ID = 'netgiro_checkout';

    /** In the shopper's session: the order that was to be paid last. */
    private const ORDER = 'netgiro_checkout_order';

    public function __construct() {
        $this->id = self::ID;
        $this->method_title = 'Netgíró';
        $this->method_description = __('The shopper approves the payment in the Netgíró app. Needs a netgiro-checkout server.', 'netgiro-checkout');
        $this->has_fields = false;
        $this->supports = ['products', 'refunds'];
        $this->form_fields = Settings::fields();
        $this->init_settings();
        $this->title = $this->get_option('title');
        $this->description = $this->get_option('description');
        add_action('woocommerce_update_options_payment_gateways_' . self::ID, [$this, 'process_admin_options']);
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
            $this->closeEarlierOrder($order->get_id());
            $checkout = Checkouts::open($order);
        } catch (Problem $problem) {
            wc_get_logger()->error("Order $order_id: {$problem->getMessage()}", ['source' => 'netgiro-checkout']);
            wc_add_notice($problem->forShopper(), 'error');
            return ['result' => 'failure'];
        }
        $isPaid = $checkout['status'] === 'paid';
        return [
            'result' => 'success',
            'redirect' => $isPaid ? WaitingPage::returnUrl($order) : $order->get_checkout_payment_url(true),
        ];
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

    /** The shopper changed the cart, which made another order: the request for the former one must not be approved as well. */
    private function closeEarlierOrder(int $orderId): void {
        $session = WC()->session;
        if ($session === null) {
            return;
        }
        $earlier = wc_get_order((int) $session->get(self::ORDER));
        if ($earlier instanceof \WC_Order && $earlier->get_id() !== $orderId && $earlier->needs_payment()) {
            $checkout = Checkouts::idOf($earlier);
            if ($checkout !== '') {
                Checkouts::close($earlier->get_id(), $checkout);
            }
        }
        $session->set(self::ORDER, $orderId);
    }
}
