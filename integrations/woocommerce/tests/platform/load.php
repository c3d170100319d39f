<?php

require_once __DIR__ . '/wordpress.php';
// WordPress loads plugins by their names, so this one comes before WooCommerce.
require_once __DIR__ . '/../../netgiro-checkout.php';
require_once __DIR__ . '/woocommerce.php';
do_action('plugins_loaded');
