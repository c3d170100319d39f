<?php

use PHPUnit\Framework\TestCase;

/** What WordPress does with the plugin in a request of its own: it loads plugins by their names, `netgiro-…` before `woocommerce`. */
final class LoadTest extends TestCase
{
    private const PLUGIN = __DIR__ . '/../netgiro-checkout.php';
    private const WORDPRESS = __DIR__ . '/platform/wordpress.php';
    private const WOOCOMMERCE = __DIR__ . '/platform/woocommerce.php';

    /** @param list<string> $files in the order in which they are loaded */
    private function request(array $files, string $code): string
    {
        $loading = implode('', array_map(static fn ($file) => 'require ' . var_export($file, true) . ';', $files));
        $request = 'array_map("do_action", ["plugins_loaded", "init", "rest_api_init"]);';
        $command = [PHP_BINARY, '-d', 'display_errors=1', '-r', "$loading $request $code"];
        return (string) shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1');
    }

    public function testThePluginMayBeLoadedBeforeWooCommerce(): void
    {
        $report = 'echo json_encode([apply_filters("woocommerce_payment_gateways", []), array_keys(World::$routes), '
            . 'isset(World::$hooks["woocommerce_receipt_netgiro_checkout"])]);';
        $files = [self::WORDPRESS, self::PLUGIN, self::WOOCOMMERCE];
        $expected = [['NetgiroCheckout\Gateway'], ['/netgiro-checkout/v1/webhook'], true];
        self::assertSame(json_encode($expected), $this->request($files, $report));
    }

    public function testWithoutWooCommerceThePluginDoesNothing(): void
    {
        self::assertSame('0', $this->request([self::WORDPRESS, self::PLUGIN], 'echo count(World::$routes);'));
    }
}
