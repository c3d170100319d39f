<?php declare(strict_types=1);

namespace NetgiroCheckout;

use Automattic\WooCommerce\Caches\OrderCache;

/** Two requests never decide about one order at the same time; the database releases the lock of one that crashes. */
final class OrderLock {
    private const WAIT_SECONDS = 10;

    /**
     * @template T
     * @param callable(\WC_Order): T $change gets the order as it is in the database now
     * @return T
     * @throws Problem where another request holds the order for too long, or there is no such order
     */
    public static function hold(int $orderId, callable $change): mixed {
        global $wpdb;
        $name = substr('netgiro_' . Webhooks::shop(), 0, 24) . '_' . $orderId;
        $got = $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, %d)', $name, self::WAIT_SECONDS));
        if ((string) $got !== '1') {
            throw new Problem('order_locked');
        }
        try {
            $order = self::read($orderId);
            if (!$order instanceof \WC_Order) {
                throw new Problem('unknown_order', 404);
            }
            $order->read_meta_data(true);
            return $change($order);
        } finally {
            $wpdb->query($wpdb->prepare('SELECT RELEASE_LOCK(%s)', $name));
        }
    }

    /**
     * Writes the order with what must be on disk before the next step. save() logs what the database refuses, and does not tell.
     *
     * @throws Problem where it is not on disk
     */
    public static function save(\WC_Order $order, string $key, string $value): void {
        $order->update_meta_data($key, $value);
        $order->save();
        $order->read_meta_data(true);
        if ($order->get_meta($key) !== $value) {
            throw new Problem('order_not_saved');
        }
    }

    /** As it is in the database: another request may have written since this one, or an object cache, first loaded it. */
    public static function read(int $orderId): \WC_Order|\WC_Order_Refund|false {
        wc_get_container()->get(OrderCache::class)->remove($orderId);
        $orders = \WC_Data_Store::load('order');
        if ($orders->has_callable('clear_cached_data')) {
            $orders->clear_cached_data([$orderId]);
        }
        // Where orders are posts.
        clean_post_cache($orderId);
        return wc_get_order($orderId);
    }
}
