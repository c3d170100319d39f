<?php
/**
 * Plugin Name:          Netgíró Checkout
 * Description:          Netgíró payments on your own page: the shopper types a phone number and approves in the app.
 * Version:              0.1.0
 * Author:               The netgiro-checkout authors
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          netgiro-checkout
 * Domain Path:          /languages
 * Requires PHP:         8.1
 * Requires at least:    6.7
 * Requires Plugins:     woocommerce
 * WC requires at least: 9.0
 * WC tested up to:      10.4
 */

declare(strict_types=1);

namespace NetgiroCheckout;

defined('ABSPATH') || exit;

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
    if (str_starts_with($class, __NAMESPACE__ . '\\') && is_file($file)) {
        require $file;
    }
});

// WordPress loads this plugin before WooCommerce, and also where that one has been removed.
add_action('woocommerce_loaded', static fn () => Plugin::register(__FILE__));
