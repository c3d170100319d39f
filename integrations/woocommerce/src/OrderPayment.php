<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** What a checkout means for its order. Use it under the order's lock. */
final class OrderPayment {
    /** Order meta: the id of the checkout that paid the order. */
    public const PAID = '_netgiro_paid_by';
    /** Order meta: the version of the current checkout that was recorded last. */
    private const VERSION = '_netgiro_version';
    /** Order meta: "id reason:version" of the review that was noted last. */
    private const REVIEW = '_netgiro_review';

    public function __construct(private readonly \WC_Order $order) {
    }

    /**
     * Any number of times and in any order: a checkout says what is so, not what has just happened.
     *
     * @param array<string, mixed> $checkout
     * @param bool $isFinding a person must look at what was found with this version; the reason stays when somebody has looked
     * @throws Problem where it cannot be recorded now
     */
    public function record(array $checkout, bool $isFinding = false): void {
        if ($checkout['status'] === 'paid') {
            $this->recordPaid($checkout);
        }
        $isCurrent = $this->order->get_meta(Checkouts::META) === $checkout['id'];
        [$id, $version] = explode(':', (string) $this->order->get_meta(self::VERSION)) + [1 => '0'];
        if ($isCurrent && $id === $checkout['id'] && $checkout['version'] < (int) $version) {
            return;
        }
        $review = "{$checkout['id']} " . ($checkout['review'] ?? '');
        [$noted, $notedAt] = explode(':', (string) $this->order->get_meta(self::REVIEW)) + [1 => '0'];
        $isNew = $noted !== $review || $isFinding && $checkout['version'] > (int) $notedAt;
        if (is_string($checkout['review'] ?? null) && $isNew) {
            $this->holdForPerson($checkout['review']);
            $this->order->update_meta_data(self::REVIEW, "$review:{$checkout['version']}");
        }
        if ($isCurrent) {
            $this->order->update_meta_data(self::VERSION, "{$checkout['id']}:{$checkout['version']}");
        }
        $this->order->save();
    }

    /** @param array<string, mixed> $checkout */
    private function recordPaid(array $checkout): void {
        $order = $this->order;
        $paidBy = array_filter(explode(',', (string) $order->get_meta(self::PAID)));
        if (in_array($checkout['id'], $paidBy, true)) {
            return;
        }
        $isOurs = $order->get_payment_method() === Plugin::GATEWAY;
        $isFirst = $paidBy === [] && ($isOurs || $order->get_date_paid() === null);
        $isNeeded = $isFirst && $this->isAmountOfOrder($checkout);
        if ($isNeeded && $order->has_status('cancelled')) {
            self::noteCancelled($order, $checkout);
        }
        if ($isFirst && !$isOurs) {
            $order->set_payment_method(Plugin::GATEWAY);
            $order->set_payment_method_title(Settings::get('title') ?: 'Netgíró');
        }
        if ($isFirst) {
            $order->set_transaction_id((string) $checkout['id']);
        }
        // A crash after this line leaves an order that is paid, which is not completed again.
        if ($isNeeded && !$order->is_paid() && !$order->payment_complete((string) $checkout['id'])) {
            throw new Problem('order_not_completed');
        }
        // It passes over other statuses, such as that of the trash.
        $isUnpaid = !$order->is_paid() && $order->get_date_paid() === null;
        if (!$isNeeded || $isUnpaid) {
            self::note($order, $checkout, __('Netgíró took %1$s kr. (%2$s), which is not what this order needs: refund it or correct the order.', 'netgiro-checkout'));
        }
        if ($isUnpaid) {
            $order->update_status('on-hold');
        }
        OrderLock::save($order, self::PAID, implode(',', [...$paidBy, $checkout['id']]));
    }

    /** @param array<string, mixed> $checkout */
    private function isAmountOfOrder(array $checkout): bool {
        try {
            return $checkout['currency'] === Amount::CURRENCY && $checkout['amount'] === Amount::ofOrder($this->order);
        } catch (Problem) {
            return false;
        }
    }

    private function holdForPerson(string $reason): void {
        $this->order->add_order_note(sprintf(
            /* translators: %s: a code that the payment server's documentation explains */
            __('Netgíró: a person must look at this payment (%s). See the support page of the payment server.', 'netgiro-checkout'),
            $reason
        ));
        if ($this->order->has_status(['pending', 'failed'])) {
            $this->order->update_status('on-hold');
        }
    }

    /** @param array<string, mixed> $checkout */
    public static function noteCancelled(\WC_Order $order, array $checkout): void {
        self::note($order, $checkout, __('Netgíró took %1$s kr. (%2$s) although this order had been cancelled: deliver it or refund it.', 'netgiro-checkout'));
    }

    /** @param array<string, mixed> $checkout */
    private static function note(\WC_Order $order, array $checkout, string $text): void {
        $order->add_order_note(sprintf($text, (string) $checkout['amount'], (string) $checkout['id']));
    }
}
