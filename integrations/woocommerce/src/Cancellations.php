<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** No order is canceled while it can be paid, and no canceled order can be paid. */
final class Cancellations {
    private const UNSETTLED = ['pending', 'failed', 'on-hold', 'cancelled'];

    /**
     * Decides for WooCommerce's job that cancels unpaid orders to release their stock: it waits while a request is out, and
     * closes a checkout that nobody is paying before the order is canceled.
     */
    public static function mayCancelUnpaid(bool $mayCancel, \WC_Order $order): bool {
        $id = Checkouts::idOf($order);
        if (!$mayCancel || $id === '') {
            return $mayCancel;
        }
        try {
            $checkout = Bff::configured()->read($id);
            if (in_array($checkout['status'], ['open', 'canceled', 'expired'], true)) {
                Checkouts::close($order->get_id(), $id);
                return true;
            }
            Checkouts::record($order->get_id(), $checkout);
            return false;
        } catch (Problem $problem) {
            // Otherwise the job asks again when it runs the next time.
            return $problem->isOfAnotherServer();
        }
    }

    /** Somebody canceled the order: if that was too late, a webhook reports the payment and a note asks for a decision. */
    public static function closeCheckout(int $orderId, \WC_Order $order): void {
        $id = Checkouts::idOf($order);
        if ($id === '') {
            return;
        }
        try {
            $checkout = Bff::configured()->cancel($id);
            if ($order->has_status('cancelled') && $checkout['status'] === 'paid') {
                OrderPayment::noteCancelled($order, $checkout);
            }
        } catch (Problem $problem) {
            /* translators: %s: a technical reason */
            $text = __('The payment request at Netgíró could not be canceled (%s): the order can still be paid.', 'netgiro-checkout');
            if (!$problem->isOfAnotherServer()) {
                $order->add_order_note(sprintf($text, $problem->problem));
            }
        }
    }

    /**
     * The order waits for no payment any more: if not because its checkout was paid, nobody may approve that one any more. Cash on
     * delivery, a bank transfer and the shopkeeper change the status alone, without payment_complete().
     */
    public static function closeWhenSettled(int $orderId, string $from, string $to, \WC_Order $order): void {
        $isOnHoldForNetgiro = $to === 'on-hold' && $order->get_payment_method() === Plugin::GATEWAY;
        $isSettled = in_array($from, self::UNSETTLED, true) && !in_array($to, ['pending', 'failed', 'cancelled'], true);
        if ($isSettled && !$isOnHoldForNetgiro && $order->get_transaction_id() !== Checkouts::idOf($order)) {
            self::closeCheckout($orderId, $order);
        }
    }

    /** Into the trash or forever; refunds go that way as well. */
    public static function closeBeforeEnd(int $orderId, object $order): void {
        if ($order instanceof \WC_Order && $order->needs_payment()) {
            self::closeCheckout($orderId, $order);
        }
    }
}
