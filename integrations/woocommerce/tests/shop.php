<?php

/**
 * A stand-in shop for the order scenarios: the router of `php -S`, with the plugin on the stand-ins of its platform. Every request
 * is a process of its own as far as the plugin can see. Headers of a request make it crash or lose answers.
 */

// In a shop's folder of plugins, every visitor could call it, and make it write files.
if (PHP_SAPI !== 'cli-server') {
    exit;
}

require __DIR__ . '/platform/load.php';

OrderFiles::$folder = (string) getenv('SHOP_FOLDER');
OrderFiles::$crashAfter = (int) ($_SERVER['HTTP_X_CRASH_AFTER'] ?? 0);
World::$loseAnswers = (int) ($_SERVER['HTTP_X_LOSE_ANSWERS'] ?? 0);
World::$home = (string) getenv('SHOP_URL');
World::$options = ['woocommerce_netgiro_checkout_settings' => [
    'enabled' => 'yes', 'server' => getenv('BFF_URL'), 'api_key' => getenv('MERCHANT_API_KEY'),
    'webhook_secret' => getenv('WEBHOOK_SECRET'), 'reference_prefix' => 'woo-',
]];
do_action('rest_api_init');

/** The shopper's session, by a header in place of a cookie. */
$sessionFile = OrderFiles::$folder . '/session-' . preg_replace('/\W/', '', $_SERVER['HTTP_X_SHOPPER'] ?? 'none');
World::$session = json_decode((string) @file_get_contents($sessionFile), true) ?? [];

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$body = (string) file_get_contents('php://input');
$input = json_decode($body, true) ?? [];
$id = (int) ($_GET['order'] ?? 0);

function answer(mixed $value, int $status = 200): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($value);
}

try {
    $gateway = new NetgiroCheckout\Gateway();
    switch ($path) {
        case '/settings':
            $gateway->process_admin_options();
            answer(World::$notices);
            break;
        case '/orders':
            $order = WC_Order::create(['total' => $input['total']]);
            answer(['id' => $order->get_id()]);
            break;
        case '/pay':
            // As the platform: an order that is paid or cancelled cannot be paid.
            if (!wc_get_order($id)->needs_payment()) {
                answer(['result' => 'not payable']);
                break;
            }
            answer($gateway->process_payment($id) + ['notices' => World::$notices]);
            break;
        case '/waiting':
            ob_start();
            if (wc_get_order($id)->needs_payment()) {
                do_action('woocommerce_receipt_netgiro_checkout', $id);
            }
            answer(['html' => ob_get_clean()]);
            break;
        case '/wc-api/netgiro_checkout_return/':
            do_action('woocommerce_api_netgiro_checkout_return');
            break;
        case '/wp-json/netgiro-checkout/v1/webhook':
            $headers = array_change_key_case(getallheaders());
            $route = World::$routes['/netgiro-checkout/v1/webhook'];
            answer(null, $route['callback'](new WP_REST_Request($headers, $body))->get_status());
            break;
        case '/pay-otherwise':
            $order = wc_get_order($id);
            if ($order->needs_payment()) {
                $order->set_payment_method('card');
                $order->payment_complete('card_1');
            }
            answer(null);
            break;
        case '/edit':
            NetgiroCheckout\OrderLock::hold($id, static function (WC_Order $order) use ($input): void {
                // As the platform: the total of an order that is paid cannot be edited.
                if ($order->needs_payment()) {
                    $order->set_total($input['total']);
                    $order->save();
                }
            });
            answer(null);
            break;
        case '/refund':
            $result = wc_create_refund(['order_id' => $id, 'amount' => $input['amount']]);
            answer(is_wp_error($result) ? ['error' => $result->get_error_code()] : ['id' => $result->get_id()]);
            break;
        case '/cancel':
        case '/hold-stock':
            $order = wc_get_order($id);
            $isJob = $path === '/hold-stock';
            $may = !$isJob || apply_filters('woocommerce_cancel_unpaid_order', true, $order);
            // The platform takes the orders that are unpaid now.
            $order = wc_get_order($id);
            if ($may && $order->needs_payment()) {
                $order->update_status('cancelled');
            }
            answer(['status' => $order->get_status()]);
            break;
        case '/order':
            answer(wc_get_order($id)->all() + ['refunds' => WC_Order_Refund::amounts($id)]);
            break;
        default:
            answer(null, 404);
    }
} catch (Redirect $redirect) {
    answer(['location' => $redirect->target]);
} catch (Crash) {
    answer(['crashed' => true], 500);
}
file_put_contents($sessionFile, json_encode(World::$session));
