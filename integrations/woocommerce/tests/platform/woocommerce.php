<?php

/** Stand-ins of WooCommerce beside its orders. */

namespace {
    abstract class WC_Payment_Gateway
    {
        public string $id = '';
        public string $title = '';
        public string $description = '';
        public string $method_title = '';
        public string $method_description = '';
        public bool $has_fields = false;
        public array $supports = [];
        public array $form_fields = [];
        public array $settings = [];

        public function init_settings(): void
        {
            $this->settings = get_option("woocommerce_{$this->id}_settings", []);
        }

        public function get_option(string $key): string
        {
            return $this->settings[$key] ?? $this->form_fields[$key]['default'] ?? '';
        }

        public function is_available(): bool
        {
            return ($this->settings['enabled'] ?? 'no') === 'yes';
        }

        public function process_admin_options(): bool
        {
            return true;
        }
    }

    final class WC_Admin_Settings
    {
        public static function add_message(string $text): void
        {
            World::$notices[] = "message: $text";
        }

        public static function add_error(string $text): void
        {
            World::$notices[] = "error: $text";
        }
    }

    final class StandInSession
    {
        public function get(string $key): mixed
        {
            return World::$session[$key] ?? null;
        }

        public function set(string $key, mixed $value): void
        {
            World::$session[$key] = $value;
        }
    }

    final class StandInWooCommerce
    {
        public ?StandInSession $session;

        public function __construct()
        {
            $this->session = new StandInSession();
        }

        public function api_request_url(string $request): string
        {
            return home_url("/wc-api/$request/");
        }
    }

    final class StandInLogger
    {
        public function error(string $message, array $context = []): void
        {
            World::$logged[] = $message;
        }

        public function warning(string $message, array $context = []): void
        {
            World::$logged[] = $message;
        }
    }

    function WC(): StandInWooCommerce
    {
        static $woocommerce = null;
        return $woocommerce ??= new StandInWooCommerce();
    }

    function wc_get_logger(): StandInLogger
    {
        return new StandInLogger();
    }

    function wc_add_notice(string $message, string $type = 'success'): void
    {
        World::$notices[] = "$type: $message";
    }

    function get_woocommerce_currency(): string
    {
        return World::$currency;
    }

    final class WC_Data_Store
    {
        public static function load(string $type): self
        {
            return new self();
        }

        public function has_callable(string $method): bool
        {
            return $method === 'clear_cached_data';
        }

        public function clear_cached_data(array $ids): array
        {
            return array_map(static fn (int $id) => OrderFiles::forget('data', $id), $ids);
        }
    }

    function wc_get_container(): object
    {
        return new class () {
            public function get(string $class): object
            {
                return new $class();
            }
        };
    }

    add_action('plugins_loaded', static fn () => do_action('woocommerce_loaded'));

    require __DIR__ . '/orders.php';
}

namespace Automattic\WooCommerce\Caches {
    final class OrderCache
    {
        public function remove(int $id): bool
        {
            return \OrderFiles::forget('orders', $id);
        }
    }
}

namespace Automattic\WooCommerce\Utilities {
    final class FeaturesUtil
    {
        public static array $declared = [];

        public static function declare_compatibility(string $feature, string $file, bool $isCompatible = true): bool
        {
            self::$declared[$feature] = $isCompatible;
            return true;
        }
    }
}

namespace Automattic\WooCommerce\Blocks\Payments {
    final class PaymentMethodRegistry
    {
        public array $registered = [];

        public function register(object $method): void
        {
            $this->registered[$method->get_name()] = $method;
        }
    }
}

namespace Automattic\WooCommerce\Blocks\Payments\Integrations {
    abstract class AbstractPaymentMethodType
    {
        protected $name = '';
        protected $settings = [];

        public function get_name()
        {
            return $this->name;
        }

        protected function get_setting($name, $default = '')
        {
            return $this->settings[$name] ?? $default;
        }

        public function is_active()
        {
            return true;
        }

        public function get_payment_method_script_handles()
        {
            return [];
        }

        public function get_payment_method_data()
        {
            return [];
        }

        public function get_supported_features()
        {
            return ['products'];
        }
    }
}
