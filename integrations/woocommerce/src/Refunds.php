<?php declare(strict_types=1);

namespace NetgiroCheckout;

/**
 * Refunds in full and in part. WooCommerce stores a refund before it asks for the money, and deletes it when that fails; the
 * key of a call whose outcome is not known therefore outlives the refund, so that trying again never pays twice.
 */
final class Refunds {
    /** Order meta: "key amount" of the refund whose outcome is not known. */
    private const OPEN = '_netgiro_open_refund';

    private static ?\WC_Order_Refund $current = null;

    /** WooCommerce does not hand its refund to the gateway; this is the one that is being created. */
    public static function remember(\WC_Order_Refund $refund): void {
        self::$current = $refund;
    }

    /** @throws Problem where no money goes back, or where it is not known */
    public static function make(int $orderId, string|int|float|null $decimal): void {
        $amount = Amount::whole($decimal);
        // The order is locked until there is an answer: two refunds of one amount at the same time would have one key.
        OrderLock::hold($orderId, static function (\WC_Order $order) use ($amount): void {
            $checkout = $order->get_transaction_id() ?: throw new Problem('not_paid');
            $isNew = $order->get_meta(self::OPEN) === '';
            $refund = self::send($order, $checkout, $amount, self::keyFor($order, $checkout, $amount), $isNew);
            self::settle($order);
            if ($refund['status'] === 'pending') {
                $order->add_order_note(
                    __('Netgíró has not confirmed the refund yet. The payment server goes on asking and reports the result.', 'netgiro-checkout')
                );
            }
        });
    }

    private static function keyFor(\WC_Order $order, string $checkout, int $amount): string {
        $open = (string) $order->get_meta(self::OPEN);
        if ($open !== '') {
            [$key, $openAmount] = explode(' ', $open);
            if (preg_match('/-(\d+)$/', $key, $id) && OrderLock::read((int) $id[1]) instanceof \WC_Order_Refund) {
                // The process ended before there was an answer, so WooCommerce did not delete it: it is made, and this is another.
                self::send($order, $checkout, (int) $openAmount, $key, false);
            } elseif ((int) $openAmount === $amount) {
                return $key;
            } else {
                throw new Problem('refund_open', 0, ['detail' => sprintf(
                    /* translators: %s: a number of krónur */
                    __('There is no answer yet about a refund of %s kr.: repeat that one first.', 'netgiro-checkout'),
                    $openAmount
                )]);
            }
        }
        $key = 'woocommerce-' . Webhooks::shop() . '-' . (self::$current?->get_id() ?: wp_generate_uuid4());
        self::$current = null;
        OrderLock::save($order, self::OPEN, "$key $amount");
        return $key;
    }

    /**
     * @param bool $isNew whether nothing can have been begun under the key before
     * @return array<string, mixed>
     */
    private static function send(\WC_Order $order, string $checkout, int $amount, string $key, bool $isNew, int $tries = 2): array {
        try {
            return Bff::configured()->refund($checkout, $amount, $key);
        } catch (Problem $problem) {
            $isUnbegun = $isNew && $problem->beganNothing();
            if ($tries > 1 && $problem->leavesRefundOpen()) {
                return self::send($order, $checkout, $amount, $key, $isUnbegun, $tries - 1);
            }
            if ($isUnbegun || !$problem->leavesRefundOpen()) {
                self::settle($order);
            }
            throw $problem;
        }
    }

    private static function settle(\WC_Order $order): void {
        $order->delete_meta_data(self::OPEN);
        $order->save();
    }
}
