<?php declare(strict_types=1);

namespace NetgiroCheckout;

final class Settings {
    public static function get(string $name): string {
        $all = get_option('woocommerce_' . Plugin::GATEWAY . '_settings', []);
        $value = is_array($all) ? $all[$name] ?? '' : '';
        return is_string($value) ? trim($value) : '';
    }

    public static function server(): string {
        return rtrim(self::get('server'), '/');
    }

    /** Whether everything is there that a payment needs; without a webhook secret that can be used no order would become paid. */
    public static function canBeOffered(): bool {
        return self::server() !== '' && self::get('api_key') !== ''
            && Signature::keysOf(self::get('webhook_secret')) !== [] && get_woocommerce_currency() === Amount::CURRENCY;
    }

    /** @return array<string, array<string, mixed>> the fields of the settings page */
    public static function fields(): array {
        $field = static fn (string $title, string $description, string $default = '', string $type = 'text') =>
            ['title' => $title, 'type' => $type, 'default' => $default, 'description' => $description];
        return [
            'enabled' => [
                ...$field(__('Enabled', 'netgiro-checkout'), '', 'no', 'checkbox'),
                'label' => __('Offer Netgíró at checkout', 'netgiro-checkout'),
            ],
            'title' => $field(__('Title', 'netgiro-checkout'), __('What the shopper chooses at checkout.', 'netgiro-checkout'), 'Netgíró'),
            'description' => $field(__('Description', 'netgiro-checkout'), '', __('You approve the payment in the Netgíró app.', 'netgiro-checkout')),
            'server' => $field(
                __('Payment server', 'netgiro-checkout'),
                __('The PUBLIC_URL of your netgiro-checkout server. Its connection is tested when you save.', 'netgiro-checkout')
            ),
            'api_key' => $field(__('API key', 'netgiro-checkout'), __('The MERCHANT_API_KEY of the server.', 'netgiro-checkout'), '', 'password'),
            'webhook_secret' => $field(
                __('Webhook secret', 'netgiro-checkout'),
                /* translators: %s: an address of this site */
                sprintf(__('The WEBHOOK_SECRET of the server, whose WEBHOOK_URL is %s', 'netgiro-checkout'), Webhooks::url()),
                '', 'password'
            ),
            'reference_prefix' => $field(
                __('Prefix of references', 'netgiro-checkout'),
                __('Where several shops use one payment server: something different for each, for example A-', 'netgiro-checkout')
            ),
        ];
    }
}
