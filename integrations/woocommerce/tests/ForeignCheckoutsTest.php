<?php

require_once __DIR__ . '/PluginTestCase.php';

/** Order ids begin anew after a backup, and are the same in another shop of the payment server: so are references without a prefix. */
final class ForeignCheckoutsTest extends PluginTestCase
{
    /** What the payment server answers for an order of the same id that had another key. */
    private function foreign(WC_Order $order, array $changes = []): array
    {
        $metadata = ['woocommerce_order_key' => hash('sha256', 'wc_order_another')] + $this->checkout($order)['metadata'];
        return $this->checkout($order, $changes + ['id' => 'co_9', 'metadata' => $metadata]);
    }

    /** A checkout that a version of the plugin without keys made. */
    private function keyless(WC_Order $order, string $createdAt, array $metadata = []): array
    {
        $metadata += $this->checkout($order)['metadata'];
        unset($metadata['woocommerce_order_key']);
        return $this->checkout($order, ['createdAt' => $createdAt, 'metadata' => $metadata]);
    }

    private function refuses(WC_Order $order): void
    {
        $before = $this->stored($order);
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($order->get_id()));
        self::assertStringContainsString('Contact the shop', World::$notices[0]);
        self::assertStringContainsString('Prefix of references', World::$logged[0]);
        self::assertSame($before, $this->stored($order));
    }

    public function testAnOrderIsNotPaidByThePaymentOfAnotherOrderWithItsReference(): void
    {
        $order = $this->order();
        $this->answers = [[200, $this->foreign($order, ['status' => 'paid', 'version' => 4])]];
        $this->refuses($order);
    }

    public function testTheWaitingPageDoesNotShowTheCheckoutOfAnotherOrder(): void
    {
        $order = $this->order();
        $this->answers = [[200, $this->foreign($order)]];
        ob_start();
        do_action('woocommerce_receipt_netgiro_checkout', $order->get_id());
        $html = ob_get_clean();
        self::assertStringContainsString('Contact the shop', $html);
        self::assertStringNotContainsString('cs_secret', $html);
    }

    /** @dataProvider others */
    public function testACheckoutOfAnotherOrderIsNeitherClosedNorRecorded(string $status): void
    {
        $order = $this->order();
        $this->answers = [
            [409, ['code' => 'reference_conflict', 'checkoutId' => 'co_9']],
            [200, $this->foreign($order, ['status' => $status, 'version' => 4, 'amount' => 400])],
        ];
        $this->refuses($order);
        self::assertSame(['POST', 'GET'], array_column($this->calls, 'method'));
    }

    public static function others(): array
    {
        return [['open'], ['awaiting_shopper'], ['paid']];
    }

    public function testTheKeyOfAnOrderIsSentAsAHashOnly(): void
    {
        $order = $this->order();
        $this->answers = [[201, $this->checkout($order)]];
        $this->gateway->process_payment($order->get_id());
        self::assertSame(hash('sha256', $order->get_order_key()), $this->calls[0]['body']['metadata']['woocommerce_order_key']);
        self::assertStringNotContainsString($order->get_order_key(), json_encode($this->calls));
    }

    public function testACheckoutWithoutAKeyIsTheOrdersWhereItIsNewer(): void
    {
        $order = $this->order();
        $this->answers = [[200, $this->keyless($order, gmdate('Y-m-d\TH:i:s.000\Z', time() + 2))]];
        self::assertSame('success', $this->gateway->process_payment($order->get_id())['result']);
    }

    /** @dataProvider keylessOthers */
    public function testAnotherCheckoutWithoutAKeyIsOfAnotherOrder(string $createdAt, array $metadata = []): void
    {
        $order = $this->order();
        $this->answers = [[200, $this->keyless($order, $createdAt, $metadata)]];
        $this->refuses($order);
    }

    public static function keylessOthers(): array
    {
        $later = gmdate('c', time() + 2);
        return [
            'older than the order' => [gmdate('c', time() - 3600)],
            'of another shop' => [$later, ['woocommerce_shop' => md5('https://other.example')]],
            'of another order' => [$later, ['woocommerce_order' => '999']],
            'of no age' => [''],
        ];
    }

    public function testACheckoutWithoutAKeyThatTheOrderKnowsIsItsOwn(): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->keyless($order, gmdate('c', time() - 3600))]];
        self::assertSame('success', $this->gateway->process_payment($order->get_id())['result']);
    }

    public function testAnEventOfAnotherOrderWithItsIdChangesNothingAndIsLogged(): void
    {
        $order = $this->order();
        $before = $this->stored($order);
        self::assertSame(204, $this->deliver('checkout.paid', $this->foreign($order, ['status' => 'paid', 'version' => 4])));
        self::assertSame($before, $this->stored($order));
        self::assertStringContainsString('co_9', World::$logged[0]);
    }
}
