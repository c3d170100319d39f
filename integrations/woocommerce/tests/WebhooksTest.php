<?php

require_once __DIR__ . '/PluginTestCase.php';

final class WebhooksTest extends PluginTestCase
{
    private function paid(WC_Order $order, array $changes = []): array
    {
        return $this->checkout($order, $changes + ['status' => 'paid', 'version' => 5]);
    }

    public function testThePingOfTheDoctorIsAcceptedThoughItIsAboutNoCheckout(): void
    {
        $body = json_encode(['type' => 'doctor.ping', 'timestamp' => gmdate('c'), 'data' => (object) []]);
        self::assertSame(204, $this->deliverSigned($body, 'ping_1', (string) time()));
    }

    public function testAPaidCheckoutCompletesItsOrderOnce(): void
    {
        $order = $this->openOrder();
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order, ['version' => 6]), 'evt_2'));
        $stored = $this->stored($order);
        self::assertSame(['processing', 1, 'co_1'], [$stored['status'], $stored['completions'], $stored['transaction_id']]);
    }

    /** @dataProvider forgeries */
    public function testAnEventThatIsNotSignedChangesNothing(string $at, ?string $signature, string $id = 'evt_1'): void
    {
        $order = $this->openOrder();
        $body = json_encode(['type' => 'checkout.paid', 'data' => ['checkout' => $this->paid($order)]]);
        self::assertSame(401, $this->deliverSigned($body, $id, $at, $signature));
        self::assertSame('pending', $this->stored($order)['status']);
    }

    public static function forgeries(): array
    {
        return [
            'no signature' => [(string) time(), ''],
            'a foreign signature' => [(string) time(), 'v1,' . base64_encode(str_repeat('x', 32))],
            'older than the replay window' => [(string) (time() - 301), null],
            'from the future' => [(string) (time() + 400), null],
            'no time' => ['', null],
            'no id' => [(string) time(), null, ''],
        ];
    }

    public function testAChangedBodyIsRefused(): void
    {
        $order = $this->openOrder();
        $body = json_encode(['type' => 'checkout.paid', 'data' => ['checkout' => $this->paid($order)]]);
        $at = (string) time();
        $key = base64_decode(substr(self::SECRET, 6));
        $signature = 'v1,' . base64_encode(hash_hmac('sha256', "evt_1.$at.$body", $key, true));
        self::assertSame(401, $this->deliverSigned("$body ", 'evt_1', $at, $signature));
        self::assertSame(204, $this->deliverSigned($body, 'evt_1', $at, "v1,AAAA $signature"));
    }

    public function testTheFormerSecretIsAcceptedWhileItIsRotated(): void
    {
        World::$options['woocommerce_netgiro_checkout_settings']['webhook_secret'] =
            'whsec_' . base64_encode(str_repeat('n', 32)) . ', ' . self::SECRET;
        $order = $this->openOrder();
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame('processing', $this->stored($order)['status']);
    }

    /** @dataProvider paddings */
    public function testTheServerIsNotParticularAboutTheEndOfASecretAndNeitherIsThePlugin(string $padding): void
    {
        World::$options['woocommerce_netgiro_checkout_settings']['webhook_secret'] = rtrim(self::SECRET, '=') . $padding;
        $order = $this->openOrder();
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
    }

    public static function paddings(): array
    {
        return [[''], ['='], ['==']];
    }

    /** @dataProvider wrongMoney */
    public function testAnotherAmountOrCurrencyHoldsTheOrder(array $wrong): void
    {
        $order = $this->openOrder();
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order, $wrong)));
        $stored = $this->stored($order);
        self::assertSame(['on-hold', 0, null], [$stored['status'], $stored['completions'], $stored['date_paid']]);
        self::assertStringContainsString('which is not what this order needs', $stored['notes'][0]);
    }

    public static function wrongMoney(): array
    {
        return [
            'one króna less' => [['amount' => 12989]],
            'a hundred times as much' => [['amount' => 1299000]],
            'text' => [['amount' => '12990']],
            'another currency' => [['currency' => 'SEK']],
        ];
    }

    public function testAReviewThatIsOlderThanThePaymentDoesNotHoldTheOrder(): void
    {
        $order = $this->openOrder();
        $this->deliver('checkout.paid', $this->paid($order));
        $this->deliver('checkout.review', $this->checkout($order, [
            'status' => 'review', 'version' => 4, 'review' => 'amount_differs',
        ]), 'evt_0');
        self::assertSame('processing', $this->stored($order)['status']);
        self::assertSame([], $this->stored($order)['notes']);
    }

    public function testAReviewHoldsAnUnpaidOrderAndSaysWhy(): void
    {
        $order = $this->openOrder();
        $this->deliver('checkout.review', $this->checkout($order, [
            'status' => 'review', 'version' => 4, 'review' => 'amount_differs',
        ]));
        self::assertSame('on-hold', $this->stored($order)['status']);
        self::assertStringContainsString('amount_differs', $this->stored($order)['notes'][0]);
    }

    /** How often somebody is told that a person must look. */
    private function calls(WC_Order $order): int
    {
        return count(array_filter($this->stored($order)['notes'], static fn ($note) => str_contains($note, 'a person must look')));
    }

    /** @dataProvider checkoutsOfAnOrder */
    public function testAReviewThatAPersonHasClosedIsNotAskedForAgain(string $current): void
    {
        $order = $this->openOrder('12990', ['meta' => ['_netgiro_checkout' => $current]]);
        $review = $this->paid($order, ['review' => 'paid_twice', 'version' => 6]);
        // Where it is another one, it is closed when the order has been paid.
        $this->answers = [[200, $this->checkout($order, ['id' => $current, 'status' => 'canceled', 'version' => 2])]];
        $this->deliver('checkout.paid', $this->paid($order), 'evt_0');
        $this->deliver('checkout.review', $review);
        $this->deliver('checkout.refunded', ['version' => 8] + $review, 'evt_2');
        $this->deliver('checkout.refund_failed', ['version' => 10] + $review, 'evt_3');
        self::assertSame(1, $this->calls($order));
        $this->deliver('checkout.review', ['version' => 11] + $review, 'evt_4');
        self::assertSame(2, $this->calls($order), 'a new finding with the same reason');
        $this->deliver('checkout.refunded', ['version' => 12, 'review' => 'amount_mismatch'] + $review, 'evt_5');
        self::assertSame(3, $this->calls($order), 'another reason');
    }

    public static function checkoutsOfAnOrder(): array
    {
        return ['the current one' => ['co_1'], 'a former one' => ['co_2']];
    }

    public function testAnOrderThatWasReleasedAfterAReviewIsNotHeldAgain(): void
    {
        $order = $this->openOrder();
        $review = $this->checkout($order, ['status' => 'review', 'review' => 'outcome_unknown', 'version' => 6]);
        $this->deliver('checkout.review', $review);
        wc_get_order($order->get_id())->update_status('pending');
        $this->deliver('checkout.attempt_failed', ['version' => 8] + $review, 'evt_2');
        self::assertSame(['pending', 1], [$this->stored($order)['status'], $this->calls($order)]);
    }

    public function testAReviewThatTheServerWasAskedAboutBeforeItsEventIsNotedOnce(): void
    {
        $order = $this->openOrder();
        $review = $this->checkout($order, ['status' => 'review', 'review' => 'outcome_unknown', 'version' => 6]);
        $this->answers = [[200, $review], [200, ['version' => 9] + $review]];
        NetgiroCheckout\Checkouts::refresh($order);
        $this->deliver('checkout.review', $review);
        self::assertSame(1, $this->calls($order));
        NetgiroCheckout\Checkouts::refresh($order);
        $this->deliver('checkout.review', ['version' => 9] + $review, 'evt_2');
        self::assertSame(2, $this->calls($order), 'a new finding that was read before its event came');
    }

    /** @dataProvider endsWithoutMoney */
    public function testAnEndWithoutMoneyLeavesTheOrderToBePaid(string $type, string $status): void
    {
        $order = $this->openOrder();
        self::assertSame(204, $this->deliver($type, $this->checkout($order, ['status' => $status, 'version' => 3])));
        self::assertSame('pending', $this->stored($order)['status']);
    }

    public static function endsWithoutMoney(): array
    {
        return [
            ['checkout.attempt_failed', 'open'], ['checkout.canceled', 'canceled'], ['checkout.expired', 'expired'],
            ['checkout.something_new', 'open'],
        ];
    }

    public function testALatePaymentIsRecordedAndTheShopkeeperIsTold(): void
    {
        $order = $this->openOrder('12990', ['status' => 'cancelled']);
        $this->deliver('checkout.paid', $this->paid($order, ['late' => true]));
        $stored = $this->stored($order);
        self::assertSame(['processing', 1], [$stored['status'], $stored['completions']]);
        self::assertStringContainsString('deliver it or refund it', $stored['notes'][0]);
    }

    public function testASecondPaymentOfAnOrderIsNotedAndCompletesNothing(): void
    {
        $order = $this->openOrder();
        $this->deliver('checkout.paid', $this->paid($order));
        $this->deliver('checkout.paid', $this->paid($order, ['id' => 'co_0']), 'evt_2');
        $this->deliver('checkout.paid', $this->paid($order), 'evt_3');
        $stored = $this->stored($order);
        self::assertSame([1, 1, 'co_1'], [$stored['completions'], count($stored['notes']), $stored['transaction_id']]);
    }

    public function testAnOrderThatThePersonCompletedByHandIsNotCompletedAgain(): void
    {
        $order = $this->openOrder('12990', ['status' => 'processing', 'date_paid' => gmdate('c')]);
        $this->deliver('checkout.paid', $this->paid($order));
        self::assertSame([0, 'co_1'], [$this->stored($order)['completions'], $this->stored($order)['transaction_id']]);
    }

    public function testAPaymentBesideAnotherWayToPayIsNotedAndLeavesThatOneAlone(): void
    {
        $order = $this->openOrder('12990', [
            'status' => 'processing', 'date_paid' => gmdate('c'), 'payment_method' => 'card', 'transaction_id' => 'card_1',
        ]);
        $this->deliver('checkout.paid', $this->paid($order));
        $stored = $this->stored($order);
        self::assertSame([0, 'card', 'card_1'], [$stored['completions'], $stored['payment_method'], $stored['transaction_id']]);
        self::assertStringContainsString('not what this order needs', $stored['notes'][0]);
    }

    public function testAnOrderThatWasToBePaidOtherwiseBecomesOneOfNetgiro(): void
    {
        World::$options['woocommerce_netgiro_checkout_settings'] += ['title' => 'Netgíró, later'];
        $order = $this->openOrder('12990', ['payment_method' => 'card', 'payment_method_title' => 'By card']);
        $this->deliver('checkout.paid', $this->paid($order));
        $stored = $this->stored($order);
        self::assertSame([1, 'netgiro_checkout', 'co_1'], [$stored['completions'], $stored['payment_method'], $stored['transaction_id']]);
        self::assertSame('Netgíró, later', $stored['payment_method_title'], 'what mails and the list of orders say');
    }

    public function testTheTitleThatTheShopperChoseStays(): void
    {
        $order = $this->openOrder('12990', ['payment_method_title' => 'Netgíró (á íslensku)']);
        $this->deliver('checkout.paid', $this->paid($order));
        self::assertSame('Netgíró (á íslensku)', $this->stored($order)['payment_method_title']);
    }

    public function testAPaymentThatAnotherPluginKeptFromBeingRecordedIsAskedForAgain(): void
    {
        $order = $this->openOrder();
        $failures = [new Exception('no stock service')];
        add_action('woocommerce_pre_payment_complete', static function () use (&$failures): void {
            if ($failures !== []) {
                throw array_pop($failures);
            }
        });
        self::assertSame(503, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        $stored = $this->stored($order);
        self::assertSame(['processing', 1, 'co_1'], [$stored['status'], $stored['completions'], $stored['transaction_id']]);
    }

    public function testAPaymentThatTheDatabaseDidNotTakeIsAskedForAgain(): void
    {
        $order = $this->openOrder();
        OrderFiles::$isFull = true;
        self::assertSame(503, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(503, $this->deliver('checkout.expired', $this->checkout($order, ['status' => 'expired']), 'evt_0'));
        OrderFiles::$isFull = false;
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(['processing', 1], [$this->stored($order)['status'], $this->stored($order)['completions']]);
    }

    public function testAPaymentOfAnOrderInTheTrashBringsItBackOnHold(): void
    {
        $order = $this->openOrder('12990', ['status' => 'trash']);
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order), 'evt_2'));
        $stored = $this->stored($order);
        self::assertSame(['on-hold', 'co_1', 1], [$stored['status'], $stored['transaction_id'], count($stored['notes'])]);
        self::assertStringContainsString('not what this order needs', $stored['notes'][0]);
    }

    public function testAnOrderThatIsToBePaidOnceMoreIsCompleted(): void
    {
        $order = $this->openOrder('12990', ['date_paid' => gmdate('c')]);
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        self::assertSame(['processing', 1], [$this->stored($order)['status'], $this->stored($order)['completions']]);
    }

    /** @dataProvider crashes */
    public function testACrashIsMadeGoodByTheNextDelivery(int $writes): void
    {
        $order = $this->openOrder();
        OrderFiles::$crashAfter = $writes;
        try {
            $this->deliver('checkout.paid', $this->paid($order));
        } catch (Crash) {
        }
        OrderFiles::$crashAfter = 0;
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order)));
        $stored = $this->stored($order);
        self::assertSame(['processing', 1, 'co_1'], [$stored['status'], $stored['completions'], $stored['transaction_id']]);
    }

    public static function crashes(): array
    {
        return [[1], [2], [3], [4]];
    }

    public function testAnOrderThatIsNotThereYetIsAskedForAgain(): void
    {
        $order = $this->openOrder();
        $checkout = $this->paid($order, ['metadata' => ['woocommerce_order' => '999'] + $this->checkout($order)['metadata']]);
        self::assertSame(404, $this->deliver('checkout.paid', $checkout));
    }

    public function testACheckoutOfAnotherShopIsIgnored(): void
    {
        $order = $this->openOrder();
        $checkout = $this->paid($order, ['id' => 'co_9', 'metadata' => ['woocommerce_order' => (string) $order->get_id()]]);
        self::assertSame(204, $this->deliver('checkout.paid', $checkout));
        self::assertSame('pending', $this->stored($order)['status']);
    }

    public function testACheckoutOfAnotherShopWhoseOrderIsNotHereIsIgnored(): void
    {
        $metadata = ['woocommerce_order' => '999', 'woocommerce_shop' => md5('https://other.example')];
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($this->order(), ['metadata' => $metadata])));
    }

    public function testACheckoutOfAnotherShopWithTheIdOfAnOrderHereIsIgnored(): void
    {
        $order = $this->order();
        $before = $this->stored($order);
        $metadata = ['woocommerce_shop' => md5('https://other.example'), 'woocommerce_order_key' => hash('sha256', 'wc_order_another')];
        $checkout = $this->paid($order, ['metadata' => $metadata + $this->checkout($order)['metadata']]);
        self::assertSame(204, $this->deliver('checkout.paid', $checkout));
        self::assertSame([$before, []], [$this->stored($order), World::$logged]);
    }

    /** @dataProvider formerMetadata */
    public function testAShopWhoseAddressHasChangedKnowsItsCheckouts(array $without): void
    {
        $order = $this->openOrder();
        $metadata = ['woocommerce_shop' => md5('http://shop.example')] + $this->checkout($order)['metadata'];
        $checkout = $this->paid($order, ['metadata' => array_diff_key($metadata, $without)]);
        self::assertSame(204, $this->deliver('checkout.paid', $checkout));
        self::assertSame('processing', $this->stored($order)['status']);
        // A total that was edited later: the order knows another checkout as well.
        OrderFiles::merge($order->get_id(), [], ['_netgiro_checkout' => 'co_2']);
        self::assertSame(204, $this->deliver('checkout.refund_failed', ['version' => 8] + $checkout, 'evt_2'));
        self::assertStringContainsString('without money going back', $this->stored($order)['notes'][0]);
    }

    public static function formerMetadata(): array
    {
        return ['with a key' => [[]], 'of a version without keys' => [['woocommerce_order_key' => true]]];
    }

    public function testACheckoutFromAPageInAnotherLanguageIsOneOfThisShop(): void
    {
        $order = $this->order();
        World::$language = '/en';
        $this->answers = [[201, $this->checkout($order)]];
        $this->gateway->process_payment($order->get_id());
        World::$language = '';
        $metadata = $this->calls[0]['body']['metadata'];
        self::assertSame(204, $this->deliver('checkout.paid', $this->paid($order, ['metadata' => $metadata])));
        self::assertSame('processing', $this->stored($order)['status']);
    }

    public function testAFailedRefundIsNoted(): void
    {
        $order = $this->openOrder();
        $this->deliver('checkout.paid', $this->paid($order));
        $this->deliver('checkout.refund_failed', $this->paid($order, ['version' => 8]), 'evt_2');
        self::assertStringContainsString('without money going back', $this->stored($order)['notes'][0]);
    }
}
