<?php

use Automattic\WooCommerce\Blocks\Payments\PaymentMethodRegistry;
use Automattic\WooCommerce\Utilities\FeaturesUtil;
use NetgiroCheckout\WaitingPage;

require_once __DIR__ . '/PluginTestCase.php';

final class GatewayTest extends PluginTestCase
{
    public function testPayingSendsTheAmountOfTheOrderAsItIsAndLeadsToTheWaitingPage(): void
    {
        $order = $this->order('12990.00');
        $this->answers = [[201, $this->checkout($order)]];
        $result = $this->gateway->process_payment($order->get_id());
        self::assertSame('success', $result['result']);
        self::assertStringContainsString("/checkout/order-pay/{$order->get_id()}/", $result['redirect']);
        self::assertStringNotContainsString('order-received', $result['redirect']);
        self::assertSame(['POST', '/v1/checkouts', 12990, 'ISK', (string) $order->get_id()], [
            $this->calls[0]['method'], $this->calls[0]['path'], $this->calls[0]['body']['amount'],
            $this->calls[0]['body']['currency'], $this->calls[0]['body']['reference'],
        ]);
        self::assertSame('Bearer key-of-the-shop', $this->calls[0]['headers']['Authorization']);
        self::assertSame(['pending', 'co_1'], [$this->stored($order)['status'], $this->stored($order)['meta']['_netgiro_checkout']]);
    }

    public function testTheFirstOfTwoKeysIsSentWhileTheyAreRotated(): void
    {
        World::$options['woocommerce_netgiro_checkout_settings']['api_key'] = 'key-new, key-of-the-shop';
        $order = $this->order();
        $this->answers = [[201, $this->checkout($order)]];
        $this->gateway->process_payment($order->get_id());
        self::assertSame('Bearer key-new', $this->calls[0]['headers']['Authorization']);
    }

    /** @dataProvider unpayable */
    public function testAnOrderThatNetgiroCannotTakeIsRefusedWithoutACall(string $total, string $currency): void
    {
        $order = $this->order($total, ['currency' => $currency]);
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($order->get_id()));
        self::assertSame([], $this->calls);
        self::assertStringStartsWith('error: ', World::$notices[0]);
    }

    public function testAForeignCurrencyIsNamedAsTheReason(): void
    {
        $this->gateway->process_payment($this->order('129', ['currency' => 'EUR'])->get_id());
        self::assertSame('error: Netgíró takes Icelandic krónur only.', World::$notices[0]);
    }

    public static function unpayable(): array
    {
        return [['12990.50', 'ISK'], ['0', 'ISK'], ['-5', 'ISK'], ['1e3', 'ISK'], ['12 990', 'ISK'], ['129', 'EUR']];
    }

    public function testAServerThatCannotBeReachedIsAFailureWithoutItsWords(): void
    {
        $order = $this->order();
        $this->answers = [new WP_Error('http_request_failed', 'cURL error 28')];
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($order->get_id()));
        self::assertStringNotContainsString('cURL', World::$notices[0]);
        self::assertStringContainsString('cURL error 28', World::$logged[0]);
    }

    public function testAChangedTotalClosesTheFormerCheckoutFirst(): void
    {
        $order = $this->openOrder('500');
        $this->answers = [
            [409, ['code' => 'reference_conflict', 'checkoutId' => 'co_1']],
            [200, $this->checkout($order, ['amount' => 400])],
            [200, $this->checkout($order, ['status' => 'canceled', 'version' => 3, 'amount' => 400])],
            [201, $this->checkout($order, ['id' => 'co_2'])],
        ];
        self::assertSame('success', $this->gateway->process_payment($order->get_id())['result']);
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[2]['path']);
        self::assertSame('co_2', $this->stored($order)['meta']['_netgiro_checkout']);
    }

    public function testAChangedTotalIsNotPaidWhileTheFormerRequestIsOut(): void
    {
        $order = $this->openOrder('500');
        $this->answers = [
            [409, ['code' => 'reference_conflict', 'checkoutId' => 'co_1']],
            [200, $this->checkout($order, ['status' => 'awaiting_shopper', 'version' => 2, 'amount' => 400])],
            [202, $this->checkout($order, ['status' => 'awaiting_shopper', 'version' => 3, 'amount' => 400])],
        ];
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($order->get_id()));
        self::assertStringContainsString('still being canceled', World::$notices[0]);
    }

    public function testAChangedPrefixClosesTheCheckoutWithTheFormerOneFirst(): void
    {
        $order = $this->openOrder();
        World::$options['woocommerce_netgiro_checkout_settings']['reference_prefix'] = 'A-';
        $this->answers = [
            [201, $this->checkout($order, ['id' => 'co_2'])],
            [202, $this->checkout($order, ['status' => 'awaiting_shopper', 'version' => 3])],
            [200, $this->checkout($order, ['id' => 'co_2'])],
            [200, $this->checkout($order, ['status' => 'canceled', 'version' => 4])],
        ];
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($order->get_id()));
        self::assertSame('co_1', $this->stored($order)['meta']['_netgiro_checkout']);
        self::assertSame('success', $this->gateway->process_payment($order->get_id())['result']);
        self::assertSame('co_2', $this->stored($order)['meta']['_netgiro_checkout']);
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[3]['path']);
    }

    public function testAChangedCartClosesTheCheckoutOfTheFormerOrder(): void
    {
        [$former, $next] = [$this->openOrder(), $this->order('500')];
        World::$session['netgiro_checkout_order'] = $former->get_id();
        $this->answers = [
            [200, $this->checkout($former, ['status' => 'canceled', 'version' => 3])],
            [201, $this->checkout($next, ['id' => 'co_2'])],
        ];
        self::assertSame('success', $this->gateway->process_payment($next->get_id())['result']);
        self::assertSame('/v1/checkouts/co_1/cancel', $this->calls[0]['path']);
    }

    public function testAFormerOrderThatWasPaidInTheMeantimeStopsTheNextOne(): void
    {
        [$former, $next] = [$this->openOrder(), $this->order('500')];
        World::$session['netgiro_checkout_order'] = $former->get_id();
        $this->answers = [[200, $this->checkout($former, ['status' => 'paid', 'version' => 3])]];
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($next->get_id()));
        self::assertStringContainsString('has been paid', World::$notices[0]);
        self::assertSame('processing', $this->stored($former)['status']);
    }

    public function testAFormerOrderOfAnotherServerDoesNotStopTheNextOne(): void
    {
        [$former, $next] = [$this->openOrder(), $this->order('500')];
        World::$session['netgiro_checkout_order'] = $former->get_id();
        $this->answers = [
            [404, ['code' => 'checkout_not_found', 'title' => 'Checkout not found']],
            [201, $this->checkout($next, ['id' => 'co_2'])],
        ];
        self::assertSame('success', $this->gateway->process_payment($next->get_id())['result']);
    }

    public function testACartWhoseOrderWasPaidInAnotherTabIsNotPaidAgain(): void
    {
        $paid = ['cart_hash' => 'one', 'status' => 'processing', 'transaction_id' => 'co_1'];
        [$former, $next] = [$this->openOrder('500', $paid), $this->order('500', ['cart_hash' => 'one'])];
        World::$session['netgiro_checkout_order'] = $former->get_id();
        self::assertSame(['result' => 'failure'], $this->gateway->process_payment($next->get_id()));
        self::assertStringContainsString('has been paid', World::$notices[0]);
        $this->answers = [[201, $this->checkout($next, ['id' => 'co_2'])]];
        self::assertSame('success', $this->gateway->process_payment($next->get_id())['result'], 'who was told may insist');
    }

    /** @dataProvider otherCarts */
    public function testAnotherCartIsPaidAfterAPaidOrder(string $formerHash, string $hash): void
    {
        $former = $this->openOrder('500', ['cart_hash' => $formerHash, 'status' => 'processing', 'transaction_id' => 'co_1']);
        $next = $this->order('500', ['cart_hash' => $hash]);
        World::$session['netgiro_checkout_order'] = $former->get_id();
        $this->answers = [[201, $this->checkout($next, ['id' => 'co_2'])]];
        self::assertSame('success', $this->gateway->process_payment($next->get_id())['result']);
    }

    public static function otherCarts(): array
    {
        return ['changed' => ['one', 'two'], 'orders without a cart' => ['', '']];
    }

    public function testTheSameCartIsPaidAgainOnceTheReceiptOfTheFormerOrderWasSeen(): void
    {
        $former = $this->openOrder('500', ['cart_hash' => 'one']);
        World::$session['netgiro_checkout_order'] = $former->get_id();
        $next = $this->order('500', ['cart_hash' => 'one']);
        $this->answers = [
            [200, $this->checkout($former, ['status' => 'paid', 'version' => 4])],
            [201, $this->checkout($next, ['id' => 'co_2'])],
        ];
        self::assertStringContainsString('/order-received/', $this->goBack($former, $former->get_order_key()));
        self::assertSame('success', $this->gateway->process_payment($next->get_id())['result']);
    }

    public function testTheWaitingPageHoldsASessionOfItsOwn(): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['session' => 'cs_"><script>'])]];
        ob_start();
        do_action('woocommerce_receipt_netgiro_checkout', $order->get_id());
        $html = ob_get_clean();
        self::assertStringContainsString('<netgiro-checkout session="cs_&quot;&gt;&lt;script&gt;"', $html);
        self::assertStringContainsString('server="https://pay.shop.example"', $html);
        self::assertStringContainsString('data-delay="0"', $html);
        self::assertStringNotContainsString('key-of-the-shop', $html);
        self::assertStringNotContainsString('cs_', json_encode($this->stored($order)));
        self::assertSame(
            'https://pay.shop.example/netgiro-checkout.iife.js',
            World::$scripts['netgiro-checkout-element']
        );
    }

    /** @dataProvider returns */
    public function testTheWayBackAsksTheServerAndBelievesNoBrowser(string $status, string $leadsTo): void
    {
        $order = $this->openOrder();
        $this->answers = [[200, $this->checkout($order, ['status' => $status, 'version' => 4])]];
        self::assertStringContainsString($leadsTo, $this->goBack($order, $order->get_order_key()));
    }

    public static function returns(): array
    {
        return [['paid', '/checkout/order-received/'], ['confirming', '/checkout/order-pay/'], ['review', '/checkout/order-pay/']];
    }

    public function testTheWayBackSeesWhatAnotherRequestWroteWhileTheServerWasAsked(): void
    {
        $order = $this->openOrder();
        $send = World::$send;
        World::$send = function (string $url, array $args) use ($order, $send): array|WP_Error {
            $card = ['payment_method' => 'card', 'transaction_id' => 'card_1'];
            OrderFiles::merge($order->get_id(), $card + ['status' => 'processing', 'date_paid' => gmdate('c')]);
            return $send($url, $args);
        };
        $this->answers = [[200, $this->checkout($order, ['status' => 'paid', 'version' => 4])]];
        $this->goBack($order, $order->get_order_key());
        $stored = $this->stored($order);
        self::assertSame(['card', 'card_1', 0], [$stored['payment_method'], $stored['transaction_id'], $stored['completions']]);
        self::assertStringContainsString('not what this order needs', $stored['notes'][0]);
    }

    public function testAShopThatCannotRecordThePaymentIsAskedAgainAfterAWhile(): void
    {
        $order = $this->openOrder();
        $this->answers = [new WP_Error('http_request_failed'), [200, $this->checkout($order, ['status' => 'paid'])]];
        parse_str((string) parse_url($this->goBack($order, $order->get_order_key()), PHP_URL_QUERY), $_GET);
        ob_start();
        do_action('woocommerce_receipt_netgiro_checkout', $order->get_id());
        self::assertStringContainsString('data-delay="5000"', ob_get_clean());
    }

    public function testTheWayBackNeedsTheKeyOfTheOrder(): void
    {
        $order = $this->openOrder();
        self::assertSame('https://shop.example', $this->goBack($order, 'wc_order_wrong'));
        self::assertSame([], $this->calls);
    }

    private function goBack(WC_Order $order, string $key): string
    {
        $_GET = ['order' => (string) $order->get_id(), 'key' => $key];
        try {
            WaitingPage::return();
        } catch (Redirect $redirect) {
            return $redirect->target;
        }
    }

    /** @dataProvider connections */
    public function testSavingTheSettingsTestsTheConnection(array|WP_Error $answer, string $notice): void
    {
        $this->answers = [$answer];
        $this->gateway->process_admin_options();
        self::assertSame('GET', $this->calls[0]['method']);
        self::assertStringStartsWith($notice, World::$notices[0]);
    }

    public static function connections(): array
    {
        return [
            [[404, ['code' => 'checkout_not_found']], 'message: '],
            [[404, ['code' => 'not_found']], 'error: '],
            [[401, ['code' => 'unauthorized']], 'error: The payment server cannot be used (unauthorized'],
            [[200, ['page' => 'of another program']], 'error: '],
            [new WP_Error('http_request_failed', 'refused'), 'error: The payment server cannot be used (unreachable: refused'],
        ];
    }

    public function testItIsOfferedForKronurAndWithCompleteSettingsOnly(): void
    {
        self::assertTrue($this->gateway->is_available());
        World::$currency = 'EUR';
        self::assertFalse($this->gateway->is_available());
        World::$currency = 'ISK';
        foreach (['', 'whsec_', 'whsec_tooshort', 'the secret', ' , '] as $secret) {
            World::$options['woocommerce_netgiro_checkout_settings']['webhook_secret'] = $secret;
            self::assertFalse($this->gateway->is_available(), $secret);
        }
        World::$options['woocommerce_netgiro_checkout_settings']['webhook_secret'] = 'whsec_old,' . self::SECRET;
        self::assertTrue($this->gateway->is_available());
    }

    public function testSavingTheSettingsTellsOfASecretThatVerifiesNothing(): void
    {
        World::$options['woocommerce_netgiro_checkout_settings']['webhook_secret'] = 'whsec_cut';
        $this->answers = [[404, ['code' => 'checkout_not_found']]];
        $this->gateway->process_admin_options();
        self::assertStringStartsWith('error: The webhook secret is not one', World::$notices[1]);
    }

    public function testItIsThereForTheBlockCheckoutAndForOrderTables(): void
    {
        $registry = new PaymentMethodRegistry();
        do_action('woocommerce_blocks_payment_method_type_registration', $registry);
        $method = $registry->registered['netgiro_checkout'];
        $method->initialize();
        $saving = 'woocommerce_update_options_payment_gateways_netgiro_checkout';
        $before = count(World::$hooks[$saving]);
        self::assertTrue($method->is_active());
        self::assertCount($before, World::$hooks[$saving], 'the settings would be saved twice');
        self::assertSame(['netgiro-checkout-blocks'], $method->get_payment_method_script_handles());
        self::assertSame(['title', 'description', 'supports'], array_keys($method->get_payment_method_data()));
        do_action('before_woocommerce_init');
        self::assertSame(['custom_order_tables' => true, 'cart_checkout_blocks' => true], FeaturesUtil::$declared);
        self::assertContains(NetgiroCheckout\Gateway::class, apply_filters('woocommerce_payment_gateways', []));
    }

    public function testUninstallingRemovesTheSettings(): void
    {
        define('WP_UNINSTALL_PLUGIN', 'netgiro-checkout');
        require __DIR__ . '/../uninstall.php';
        self::assertSame([], World::$options);
    }
}
