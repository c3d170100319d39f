<?php
// The orders keep their notes and their payment ids, which are part of the shop's books.

declare(strict_types=1);

defined('WP_UNINSTALL_PLUGIN') || exit;

delete_option('woocommerce_netgiro_checkout_settings');
