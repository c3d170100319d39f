<?php

require_once __DIR__ . '/wordpress.php';
require_once __DIR__ . '/woocommerce.php';
require_once __DIR__ . '/../../netgiro-checkout.php';
