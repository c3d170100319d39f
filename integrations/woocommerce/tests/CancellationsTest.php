<?php

require_once __DIR__ . '/PluginTestCase.php';

final class CancellationsTest extends PluginTestCase
{
    private function mayCancel(WC_Order $order, bool $may = true): bool
    {
        return apply_filters('woocommerce_cancel_unpaid_order', $may, $order);
    }

    /** @dataProvider waiting */
    public function testTheStockIsHeldWhileARequestIsOut(string $status): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => $status, 'version' => 2])]];
        self::assertFalse($this->mayCancel($order));
    }

    public static function waiting(): array
    {
        return [['starting'], ['awaiting_shopper'], ['confirming'], ['review']];
    }

    public function testAPaymentThatNobodyReportedIsFoundByTheJob(): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => 'paid', 'version' => 4])]];
        self::assertFalse($this->mayCancel($order));
        self::assertSame('processing', $this->stored($order)['status']);
    }

    public function testACheckoutThatNobodyPaysIsClosedBeforeTheOrderIsCanceled(): void
    {
        $order = $this->openOrder();
        $this->answers = [
            [200, $this->checkout($order)],
            [200, $this->checkout($order, ['status' => 'canceled', 'version' => 2])],
        ];
        self::assertTrue($this->mayCancel($order));
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[1]['path']);
    }

    public function testTheOrderWaitsIfARequestWentOutInTheMeantime(): void
    {
        $order = $this->openOrder();
        $this->answers = [
            [200, $this->checkout($order)],
            [202, $this->checkout($order, ['status' => 'awaiting_shopper', 'version' => 2])],
        ];
        self::assertFalse($this->mayCancel($order));
    }

    public function testTheOrderWaitsWhileTheServerCannotBeReached(): void
    {
        $this->answers = [new WP_Error('http_request_failed')];
        self::assertFalse($this->mayCancel($this->openOrder()));
    }

    public function testAnOrderOfAnotherServerHoldsNoStock(): void
    {
        $this->answers = [[404, ['code' => 'checkout_not_found']]];
        self::assertTrue($this->mayCancel($this->openOrder()));
    }

    public function testAnAddressThatIsNotTheServersHoldsTheStock(): void
    {
        $this->answers = [[404, ['code' => 'not_found']]];
        self::assertFalse($this->mayCancel($this->openOrder()));
    }

    public function testACanceledOrderOfAnotherServerIsNotSaidToBePayable(): void
    {
        $order = $this->openOrder();
        $this->answers = [[404, ['code' => 'checkout_not_found']]];
        $order->update_status('cancelled');
        self::assertSame([], $this->stored($order)['notes']);
    }

    public function testOrdersOfOthersAreNoneOfOurs(): void
    {
        self::assertTrue($this->mayCancel($this->order('1', ['payment_method' => 'cod'])));
        self::assertTrue($this->mayCancel($this->order()));
        self::assertFalse($this->mayCancel($this->openOrder(), false));
        self::assertSame([], $this->calls);
    }

    public function testCancelingAnOrderClosesItsCheckout(): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => 'canceled', 'version' => 2])]];
        $order->update_status('cancelled');
        self::assertSame(['POST', '/v1/checkouts/co_1/cancel'], [$this->calls[0]['method'], $this->calls[0]['path']]);
    }

    public function testPayingOtherwiseClosesTheCheckoutThatIsStillOpen(): void
    {
        $order = $this->openOrder('12990', ['payment_method' => 'card']);
        $this->answers = [[200, $this->checkout($order, ['status' => 'canceled', 'version' => 2])]];
        $order->payment_complete('card_1');
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[0]['path']);
    }

    /** @dataProvider otherMoney */
    public function testMoneyThatComesOtherwiseClosesTheCheckoutThatIsStillOpen(string $method, string $status): void
    {
        $order = $this->openOrder('12990', ['payment_method' => $method]);
        $this->answers = [[200, $this->checkout($order, ['status' => 'canceled', 'version' => 2])]];
        $order->update_status($status);
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[0]['path']);
    }

    public static function otherMoney(): array
    {
        return [
            'on delivery' => ['cod', 'processing'],
            'by a bank' => ['bacs', 'on-hold'],
            'by hand' => ['netgiro_checkout', 'completed'],
        ];
    }

    /** @dataProvider endsOfOrders */
    public function testAnOrderThatGoesAwayClosesItsCheckout(string $hook): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => 'canceled', 'version' => 2])]];
        do_action($hook, $order->get_id(), $order);
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[0]['path']);
    }

    /** @dataProvider endsOfOrders */
    public function testWhatGoesAwayAndWaitsForNoPaymentClosesNothing(string $hook): void
    {
        do_action($hook, 7, $this->openOrder('12990', ['status' => 'processing']));
        do_action($hook, 8, new WC_Order_Refund(7, '500'));
        self::assertSame([], $this->calls);
    }

    public static function endsOfOrders(): array
    {
        return [['woocommerce_before_trash_order'], ['woocommerce_before_delete_order']];
    }

    public function testAPaymentOfNetgiroClosesNothing(): void
    {
        $this->openOrder()->payment_complete('co_1');
        self::assertSame([], $this->calls);
    }

    /** @dataProvider otherChanges */
    public function testAnOrderThatWaitsOrWasPaidLongAgoClosesNothing(array $order, string $status): void
    {
        $this->openOrder('12990', $order)->update_status($status);
        self::assertSame([], $this->calls);
    }

    public static function otherChanges(): array
    {
        return [
            [[], 'on-hold'],
            [[], 'failed'],
            [['payment_method' => 'card', 'transaction_id' => 'card_1', 'status' => 'processing'], 'completed'],
        ];
    }

    /** @dataProvider tooLate */
    public function testACancellationThatDidNotStopThePaymentIsNoted(array|WP_Error $answer, string $note): void
    {
        $order = $this->openOrder();
        $this->answers = [$answer];
        $order->update_status('cancelled');
        self::assertStringContainsString($note, $this->stored($order)['notes'][0]);
    }

    public function testACancellationOfWhatAPersonMustLookAtSaysNothingOfMoney(): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => 'review', 'version' => 4, 'review' => 'outcome_unknown'])]];
        $order->update_status('cancelled');
        self::assertStringNotContainsString('took', implode($this->stored($order)['notes']));
    }

    public static function tooLate(): array
    {
        $paid = ['id' => 'co_1', 'status' => 'paid', 'version' => 4, 'amount' => 12990];
        return [
            [new WP_Error('http_request_failed', 'refused'), 'can still be paid'],
            [[200, $paid], 'deliver it or refund it'],
        ];
    }
}
