<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** The checkout of an order: opening it, asking about it, closing it. */
final class Checkouts {
    /** Order meta: the id of the order's current checkout. */
    public const META = '_netgiro_checkout';

    /**
     * Creates the checkout for the order as it is now, or finds it again.
     *
     * @return array<string, mixed> the checkout, with a session for a page
     */
    public static function open(\WC_Order $order): array {
        $bff = Bff::configured();
        $request = self::request($order);
        try {
            $checkout = $bff->create($request);
        } catch (Problem $problem) {
            $earlier = $problem->body['checkoutId'] ?? null;
            if ($problem->problem !== 'reference_conflict' || !is_string($earlier)) {
                throw $problem;
            }
            self::mustBeOf($order, $bff->read($earlier));
            // The order's total has changed since: only when nobody can pay the former amount may there be another checkout.
            self::close($order->get_id(), $earlier);
            $checkout = $bff->create($request);
        }
        self::mustBeOf($order, $checkout);
        if (!in_array(self::idOf($order), ['', $checkout['id'], $earlier ?? ''], true)) {
            // Under another prefix of references, or with another server.
            self::close($order->get_id(), self::idOf($order));
        }
        OrderLock::hold($order->get_id(), static function (\WC_Order $fresh) use ($checkout): void {
            if ($fresh->get_meta(self::META) !== $checkout['id']) {
                OrderLock::save($fresh, self::META, (string) $checkout['id']);
            }
        });
        return $checkout;
    }

    /** Asks the payment server and records the answer: for a webhook that is late or was lost. */
    public static function refresh(\WC_Order $order): void {
        $id = self::idOf($order);
        if ($id !== '') {
            self::record($order->get_id(), Bff::configured()->read($id));
        }
    }

    /**
     * Closes a checkout so that it cannot be paid any more, and records the answer.
     *
     * @throws Problem `in_progress` or `earlier_order_paid` where money may still move or has moved
     */
    public static function close(int $orderId, string $checkoutId): void {
        try {
            $checkout = Bff::configured()->cancel($checkoutId);
        } catch (Problem $problem) {
            if ($problem->isOfAnotherServer()) {
                return;
            }
            throw $problem;
        }
        self::record($orderId, $checkout);
        if (in_array($checkout['status'], ['paid', 'review'], true)) {
            throw new Problem('earlier_order_paid');
        }
        if (!in_array($checkout['status'], ['canceled', 'expired'], true)) {
            throw new Problem('in_progress');
        }
    }

    public static function idOf(\WC_Order $order): string {
        // Whatever the payment method is now: the shopper may have chosen another one while a request was out.
        $id = $order->get_meta(self::META);
        return is_string($id) ? $id : '';
    }

    /**
     * References come again: in another shop of the payment server, and where a backup lets order ids begin anew.
     *
     * @param array<string, mixed> $checkout
     */
    public static function isOf(\WC_Order $order, array $checkout): bool {
        $metadata = $checkout['metadata'] ?? [];
        if (isset($metadata[Webhooks::KEY])) {
            return hash_equals(self::keyOf($order), (string) $metadata[Webhooks::KEY]);
        }
        // A version of the plugin without keys made it.
        return in_array($checkout['id'], [self::idOf($order), ...explode(',', (string) $order->get_meta(OrderPayment::PAID))], true)
            || ($metadata[Webhooks::ORDER] ?? null) === (string) $order->get_id()
            && ($metadata[Webhooks::SHOP] ?? null) === Webhooks::shop()
            && strtotime((string) ($checkout['createdAt'] ?? '')) >= ($order->get_date_created()?->getTimestamp() ?? INF);
    }

    /** @throws Problem where the reference is another order's, whose checkout is left alone */
    private static function mustBeOf(\WC_Order $order, array $checkout): void {
        if (!self::isOf($order, $checkout)) {
            throw new Problem('reference_taken', 0, ['detail' => "{$checkout['id']} of another order has the reference of order "
                . "{$order->get_id()}: set \"Prefix of references\" to what no shop of this payment server has used."]);
        }
    }

    /** The key opens pages of the order, so it does not leave the shop as it is. */
    private static function keyOf(\WC_Order $order): string {
        return hash('sha256', $order->get_order_key());
    }

    /** @param array<string, mixed> $checkout */
    public static function record(int $orderId, array $checkout): void {
        OrderLock::hold($orderId, static function (\WC_Order $order) use ($checkout): void {
            (new OrderPayment($order))->record($checkout);
        });
    }

    /**
     * Everything comes from the order on this server, nothing from the browser.
     *
     * @return array<string, mixed>
     */
    private static function request(\WC_Order $order): array {
        [$id, $key] = [(string) $order->get_id(), self::keyOf($order)];
        return [
            'reference' => Settings::get('reference_prefix') . $id,
            'amount' => Amount::ofOrder($order),
            'currency' => Amount::CURRENCY,
            /* translators: %s: an order number */
            'description' => sprintf(__('Order %s', 'netgiro-checkout'), $order->get_order_number()),
            'metadata' => [Webhooks::ORDER => $id, Webhooks::SHOP => Webhooks::shop(), Webhooks::KEY => $key],
        ];
    }
}
