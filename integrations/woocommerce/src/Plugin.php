<?php declare(strict_types=1);

namespace NetgiroCheckout;

use Automattic\WooCommerce\Blocks\Payments\PaymentMethodRegistry;
use Automattic\WooCommerce\Utilities\FeaturesUtil;

/** Connects the parts with WordPress and WooCommerce: the file of the plugin waits for WooCommerce, every other hook is in this one. */
final class Plugin {
    /** Here, because the class of the payment method can be loaded only after WooCommerce. */
    public const GATEWAY = 'netgiro_checkout';

    private static string $file = '';

    public static function register(string $file): void {
        self::$file = $file;
        add_action('init', [self::class, 'loadTranslations']);
        add_action('before_woocommerce_init', [self::class, 'declareFeatures']);
        add_filter('woocommerce_payment_gateways', [self::class, 'addGateway']);
        add_action('woocommerce_blocks_payment_method_type_registration', [self::class, 'addToBlocks']);
        add_action('rest_api_init', [Webhooks::class, 'addRoute']);
        add_action('woocommerce_receipt_' . self::GATEWAY, [WaitingPage::class, 'show']);
        add_action('woocommerce_api_netgiro_checkout_return', [WaitingPage::class, 'return']);
        add_action('woocommerce_create_refund', [Refunds::class, 'remember']);
        add_filter('woocommerce_cancel_unpaid_order', [Cancellations::class, 'mayCancelUnpaid'], 10, 2);
        add_action('woocommerce_before_trash_order', [Cancellations::class, 'closeBeforeEnd'], 10, 2);
        add_action('woocommerce_before_delete_order', [Cancellations::class, 'closeBeforeEnd'], 10, 2);
        add_action('woocommerce_order_status_changed', [Cancellations::class, 'closeWhenSettled'], 10, 4);
        add_action('woocommerce_order_status_cancelled', [Cancellations::class, 'closeCheckout'], 10, 2);
    }

    public static function loadTranslations(): void {
        load_plugin_textdomain('netgiro-checkout', false, dirname(plugin_basename(self::$file)) . '/languages');
    }

    public static function declareFeatures(): void {
        FeaturesUtil::declare_compatibility('custom_order_tables', self::$file, true);
        FeaturesUtil::declare_compatibility('cart_checkout_blocks', self::$file, true);
    }

    /**
     * @param array<int, class-string> $gateways
     * @return array<int, class-string>
     */
    public static function addGateway(array $gateways): array {
        return [...$gateways, Gateway::class];
    }

    public static function addToBlocks(PaymentMethodRegistry $registry): void {
        $registry->register(new BlocksMethod());
    }

    /** The address of one of the plugin's own files. */
    public static function url(string $path): string {
        return plugins_url($path, self::$file);
    }
}
