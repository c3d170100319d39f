<?php

require_once __DIR__ . '/PluginTestCase.php';

final class RefundsTest extends PluginTestCase
{
    private function paidOrder(): WC_Order
    {
        return $this->openOrder('12990', ['status' => 'processing', 'transaction_id' => 'co_1']);
    }

    private function refund(WC_Order $order, string $amount): WC_Order_Refund|WP_Error
    {
        return wc_create_refund(['order_id' => $order->get_id(), 'amount' => $amount]);
    }

    private const DONE = [201, ['id' => 'ref_1', 'status' => 'refunded', 'amount' => 500]];

    /** @return list<string> */
    private function keys(): array
    {
        return array_map(static fn ($call) => $call['headers']['Idempotency-Key'], $this->calls);
    }

    public function testEachPartIsRefundedUnderTheKeyOfThePlatformsRefund(): void
    {
        $order = $this->paidOrder();
        $this->answers = [self::DONE, self::DONE];
        $first = $this->refund($order, '500.00');
        $second = $this->refund($order, '500');
        self::assertStringEndsWith("-{$first->get_id()}", $this->keys()[0]);
        self::assertStringEndsWith("-{$second->get_id()}", $this->keys()[1]);
        self::assertSame(['/v1/checkouts/co_1/refunds', ['amount' => 500]], [$this->calls[0]['path'], $this->calls[0]['body']]);
        self::assertArrayNotHasKey('_netgiro_open_refund', $this->stored($order)['meta']);
    }

    public function testALostAnswerIsAskedForAgainUnderTheSameKey(): void
    {
        $order = $this->paidOrder();
        $this->answers = [new WP_Error('http_request_failed'), self::DONE];
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertCount(1, array_unique($this->keys()));
    }

    public function testARefundWithoutAnAnswerKeepsItsKeyForTheNextTry(): void
    {
        $order = $this->paidOrder();
        $lost = new WP_Error('http_request_failed');
        $this->answers = [$lost, $lost, [503, ['code' => 'shutting_down']], $lost, self::DONE, self::DONE];
        self::assertInstanceOf(WP_Error::class, $this->refund($order, '500'));
        self::assertInstanceOf(WP_Error::class, $this->refund($order, '500'));
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertCount(1, array_unique($this->keys()));
        $this->refund($order, '500');
        self::assertCount(2, array_unique($this->keys()));
    }

    /** @dataProvider answersOfOthers */
    public function testAnAnswerThatIsNotTheServersKeepsTheKeyForTheNextTry(int $status, array $answer): void
    {
        $order = $this->paidOrder();
        $lost = new WP_Error('http_request_failed');
        $this->answers = [$lost, [$status, $answer], self::DONE];
        self::assertInstanceOf(WP_Error::class, $this->refund($order, '500'));
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertCount(1, array_unique($this->keys()));
    }

    public static function answersOfOthers(): array
    {
        return [[400, []], [406, ['code' => 'blocked_by_firewall']], [413, []], [421, []], [301, []], [200, []]];
    }

    /** @dataProvider nextAmounts */
    public function testARefundOnRecordWhoseProcessEndedIsMadeBeforeTheNextOne(int $next): void
    {
        $order = $this->paidOrder();
        OrderFiles::$crashAfter = 1;
        try {
            $this->refund($order, '500');
            self::fail('The process did not end.');
        } catch (Crash) {
        }
        $this->answers = [self::DONE, [201, ['id' => 'ref_2', 'status' => 'refunded', 'amount' => $next]]];
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, (string) $next));
        self::assertSame([500, $next], array_map(static fn ($call) => $call['body']['amount'], $this->calls));
        self::assertCount(2, array_unique($this->keys()));
        self::assertSame([500, $next], WC_Order_Refund::amounts($order->get_id()));
    }

    public static function nextAmounts(): array
    {
        return ['the same' => [500], 'another' => [300]];
    }

    public function testAnotherRefundWaitsForTheOneWithoutAnAnswer(): void
    {
        $order = $this->paidOrder();
        $this->answers = [new WP_Error('http_request_failed'), new WP_Error('http_request_failed')];
        $this->refund($order, '500');
        $error = $this->refund($order, '300');
        self::assertStringContainsString('500 kr.', $error->get_error_message());
        self::assertCount(2, $this->calls);
    }

    public function testARefusalEndsTheRefundAndItsKey(): void
    {
        $order = $this->paidOrder();
        $this->answers = [[422, ['code' => 'refund_refused', 'title' => 'The payment provider refused the refund']], self::DONE];
        $error = $this->refund($order, '500');
        self::assertSame('refund_refused', $error->get_error_code());
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '300'));
        self::assertCount(2, array_unique($this->keys()));
    }

    /** @dataProvider refusalsBeforeAnything */
    public function testARefundThatWasRefusedBeforeAnythingWasBegunIsNotWaitedFor(int $status, string $code): void
    {
        $order = $this->paidOrder();
        $refusal = [$status, ['type' => 'about:blank', 'code' => $code]];
        $this->answers = [$refusal, $refusal, self::DONE];
        self::assertSame($code, $this->refund($order, '500')->get_error_code());
        self::assertArrayNotHasKey('_netgiro_open_refund', $this->stored($order)['meta']);
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '300'));
        self::assertCount(2, array_unique($this->keys()));
    }

    public static function refusalsBeforeAnything(): array
    {
        return [[401, 'unauthorized'], [404, 'checkout_not_found'], [429, 'too_many_requests'], [503, 'shutting_down']];
    }

    /** @dataProvider firstAnswers */
    public function testARefundThatMayHaveBegunStaysOpenThoughTheNextTryIsRefused(array|WP_Error ...$answers): void
    {
        $order = $this->paidOrder();
        $this->answers = $answers;
        for ($times = 0; $times < count($answers); $times += 2) {
            self::assertInstanceOf(WP_Error::class, $this->refund($order, '500'));
        }
        self::assertArrayHasKey('_netgiro_open_refund', $this->stored($order)['meta']);
        $this->answers = [self::DONE];
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertCount(1, array_unique($this->keys()));
    }

    public static function firstAnswers(): array
    {
        $lost = new WP_Error('http_request_failed');
        $refusal = [401, ['type' => 'about:blank', 'code' => 'unauthorized']];
        $busy = [503, ['type' => 'about:blank', 'code' => 'temporarily_unavailable']];
        return [
            'lost' => [$lost, $refusal],
            'lost at the try before' => [$lost, $lost, $refusal, $refusal],
            'busy' => [$busy, $refusal],
            'of another program' => [[401, ['code' => 'unauthorized']], $refusal],
        ];
    }

    public function testARefundThatIsNotConfirmedYetIsNoted(): void
    {
        $order = $this->paidOrder();
        $this->answers = [[202, ['id' => 'ref_1', 'status' => 'pending', 'amount' => 500]]];
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertStringContainsString('has not confirmed the refund', $this->stored($order)['notes'][0]);
    }

    public function testAnOrderThatNetgiroDidNotTakeMoneyForHasNothingToRefund(): void
    {
        $order = $this->openOrder('12990', ['status' => 'processing', 'date_paid' => gmdate('c')]);
        self::assertSame('not_paid', $this->refund($order, '500')->get_error_code());
        self::assertSame([], $this->calls);
        self::assertArrayNotHasKey('_netgiro_open_refund', $this->stored($order)['meta']);
    }

    public function testARefundThatAnotherPluginMakesItselfIsNotTakenForTheOneBefore(): void
    {
        $order = $this->paidOrder();
        $this->answers = [self::DONE, self::DONE];
        $this->refund($order, '500');
        self::assertTrue($this->gateway->process_refund($order->get_id(), '500'));
        self::assertCount(2, array_unique($this->keys()));
    }

    public function testTwoRefundsOfOneAmountAtTheSameTimeAreNotTakenForOne(): void
    {
        $order = $this->paidOrder();
        $second = null;
        $send = World::$send;
        World::$send = function (string $url, array $args) use ($order, $send, &$second): array|WP_Error {
            World::$send = $send;
            $second = $this->refund($order, '500');
            return $send($url, $args);
        };
        $this->answers = [self::DONE, self::DONE];
        self::assertInstanceOf(WC_Order_Refund::class, $this->refund($order, '500'));
        self::assertInstanceOf(WP_Error::class, $second);
        self::assertCount(1, $this->calls);
    }

    public function testNothingIsRefundedUnderAKeyThatIsNotOnDisk(): void
    {
        $order = $this->paidOrder();
        OrderFiles::$isFull = true;
        self::assertSame('order_not_saved', $this->refund($order, '500')->get_error_code());
        self::assertSame([], $this->calls);
    }

    /** @dataProvider amounts */
    public function testOnlyWholeKronurAreRefunded(?string $amount): void
    {
        $result = $this->gateway->process_refund($this->paidOrder()->get_id(), $amount);
        self::assertSame('amount_not_whole', $result->get_error_code());
        self::assertSame([], $this->calls);
    }

    public static function amounts(): array
    {
        return [['0'], ['12.5'], ['-3'], [null], ['']];
    }
}
