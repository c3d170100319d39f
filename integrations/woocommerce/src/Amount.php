<?php declare(strict_types=1);

namespace NetgiroCheckout;

/** [iso4217] ISK has no minor unit: an amount is a number of whole krónur and is never multiplied. */
final class Amount {
    public const CURRENCY = 'ISK';

    /** @throws Problem where the order is in another currency or has a fraction of a króna */
    public static function ofOrder(\WC_Order $order): int {
        if ($order->get_currency() !== self::CURRENCY) {
            throw new Problem('currency_not_supported');
        }
        return self::whole($order->get_total());
    }

    /** @throws Problem where it is not a positive number of whole krónur */
    public static function whole(string|int|float|null $decimal): int {
        if (!preg_match('/^([1-9]\d{0,9})(?:\.0+)?$/D', (string) $decimal, $match)) {
            throw new Problem('amount_not_whole');
        }
        return (int) $match[1];
    }
}
