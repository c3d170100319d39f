<?php declare(strict_types=1);

namespace NetgiroCheckout;

use Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType;

/** The payment method in the block checkout. */
final class BlocksMethod extends AbstractPaymentMethodType {
    private const SCRIPT = 'netgiro-checkout-blocks';

    protected $name = Plugin::GATEWAY;

    public function initialize(): void {
        $this->settings = get_option('woocommerce_' . Plugin::GATEWAY . '_settings', []);
    }

    public function is_active(): bool {
        // Not by a gateway of its own: a second one would save the settings a second time.
        return $this->get_setting('enabled') === 'yes' && Settings::canBeOffered();
    }

    /** @return string[] */
    public function get_payment_method_script_handles(): array {
        $needs = ['wc-blocks-registry', 'wc-settings', 'wp-element', 'wp-html-entities'];
        wp_register_script(self::SCRIPT, Plugin::url('assets/blocks.js'), $needs, '0.1.0', true);
        return [self::SCRIPT];
    }

    /** @return array<string, mixed> */
    public function get_payment_method_data(): array {
        return [
            'title' => $this->get_setting('title', 'Netgíró'),
            'description' => $this->get_setting('description'),
            'supports' => $this->get_supported_features(),
        ];
    }

    /** @return string[] */
    public function get_supported_features(): array {
        return ['products', 'refunds'];
    }
}
