<?php

/** Stand-ins of WooCommerce's orders, kept as a JSON file each: what a request wrote is there for the next one. */

final class OrderFiles
{
    public static string $folder = '';
    /** A crash after this many writes; 0 for none. */
    public static int $crashAfter = 0;
    /** The database takes no writes, which the platform logs and does not tell. */
    public static bool $isFull = false;
    /** What the platform remembers of orders until the request ends, whichever of its caches a shop has. */
    public static array $caches = ['orders' => [], 'data' => [], 'posts' => []];

    public static function path(int $id): string
    {
        return self::$folder . "/order-$id.json";
    }

    public static function nextId(): int
    {
        $file = fopen(self::$folder . '/sequence', 'c+');
        flock($file, LOCK_EX);
        $next = 1 + (int) stream_get_contents($file);
        rewind($file);
        fwrite($file, (string) $next);
        fclose($file);
        return $next;
    }

    /** Writes only what has changed, as the platform does. */
    public static function merge(int $id, array $changes, array $meta = []): array
    {
        $lock = fopen(self::$folder . "/row-$id", 'c');
        flock($lock, LOCK_EX);
        $data = array_replace(self::read($id) ?? ['meta' => []], $changes);
        $data['meta'] = array_filter(array_replace($data['meta'], $meta), static fn ($value) => $value !== null);
        self::write($id, $data);
        return $data;
    }

    public static function write(int $id, array $data): void
    {
        $temporary = self::path($id) . '.' . getmypid() . bin2hex(random_bytes(4));
        file_put_contents($temporary, json_encode($data, JSON_THROW_ON_ERROR));
        rename($temporary, self::path($id));
        if (self::$crashAfter > 0 && --self::$crashAfter === 0) {
            throw new Crash();
        }
    }

    public static function forget(string $cache, int $id): bool
    {
        unset(self::$caches[$cache][$id]);
        return true;
    }

    /** As `wc_get_order()` reads it: not again in one request. */
    public static function readOnce(int $id): ?array
    {
        foreach (self::$caches as $cache) {
            if (isset($cache[$id])) {
                return $cache[$id];
            }
        }
        $data = self::read($id);
        foreach (array_keys(self::$caches) as $cache) {
            self::$caches[$cache][$id] = $data;
        }
        return $data;
    }

    public static function read(int $id): ?array
    {
        $text = @file_get_contents(self::path($id));
        return $text === false ? null : json_decode($text, true, flags: JSON_THROW_ON_ERROR);
    }
}

/** The process ends here: nothing of the plugin may catch it. */
final class Crash extends Error
{
}

class WC_Order
{
    private array $data;
    private array $changes = [];
    private array $metaChanges = [];

    public function __construct(array $data)
    {
        $this->data = $data;
    }

    public static function create(array $data): self
    {
        $id = OrderFiles::nextId();
        OrderFiles::merge($id, $data + [
            'id' => $id, 'status' => 'pending', 'currency' => 'ISK', 'key' => 'wc_order_' . bin2hex(random_bytes(6)),
            'payment_method' => 'netgiro_checkout', 'created_via' => 'checkout', 'date_paid' => null,
            'date_created' => gmdate('c'), 'transaction_id' => '', 'meta' => [], 'notes' => [], 'completions' => 0,
        ]);
        return new self(OrderFiles::read($id));
    }

    public function all(): array
    {
        return $this->data;
    }

    private function set(array $changes): void
    {
        $this->data = array_replace($this->data, $changes);
        $this->changes = array_replace($this->changes, $changes);
    }

    public function get_id(): int
    {
        return $this->data['id'];
    }

    public function get_total(): string
    {
        return $this->data['total'];
    }

    public function set_total(string $total): void
    {
        $this->set(['total' => $total]);
    }

    public function get_currency(): string
    {
        return $this->data['currency'];
    }

    public function get_status(): string
    {
        return $this->data['status'];
    }

    public function get_order_key(): string
    {
        return $this->data['key'];
    }

    public function get_order_number(): string
    {
        return (string) $this->data['id'];
    }

    public function get_cart_hash(): string
    {
        return $this->data['cart_hash'] ?? '';
    }

    public function get_payment_method(): string
    {
        return $this->data['payment_method'];
    }

    public function set_payment_method(string $method): void
    {
        $this->set(['payment_method' => $method]);
    }

    public function set_payment_method_title(string $title): void
    {
        $this->set(['payment_method_title' => $title]);
    }

    public function get_created_via(): string
    {
        return $this->data['created_via'];
    }

    public function get_transaction_id(): string
    {
        return $this->data['transaction_id'];
    }

    public function set_transaction_id(string $id): void
    {
        $this->set(['transaction_id' => $id]);
    }

    public function get_date_created(): DateTime
    {
        return new DateTime($this->data['date_created']);
    }

    public function get_date_paid(): ?string
    {
        return $this->data['date_paid'];
    }

    public function has_status(string|array $status): bool
    {
        return in_array($this->data['status'], (array) $status, true);
    }

    public function is_paid(): bool
    {
        return $this->has_status(['processing', 'completed']);
    }

    public function needs_payment(): bool
    {
        return $this->has_status(['pending', 'failed']) && (float) $this->data['total'] > 0;
    }

    public function get_meta(string $key): mixed
    {
        return $this->data['meta'][$key] ?? '';
    }

    public function update_meta_data(string $key, mixed $value): void
    {
        $this->data['meta'][$key] = $this->metaChanges[$key] = $value;
    }

    public function delete_meta_data(string $key): void
    {
        unset($this->data['meta'][$key]);
        $this->metaChanges[$key] = null;
    }

    public function read_meta_data(bool $force = false): void
    {
        $this->data['meta'] = OrderFiles::read($this->get_id())['meta'] ?? [];
    }

    public function add_order_note(string $note): int
    {
        // Notes are rows of their own in the platform: they are there without a save of the order.
        $notes = [...OrderFiles::read($this->get_id())['notes'], $note];
        OrderFiles::merge($this->get_id(), ['notes' => $notes]);
        return count($notes);
    }

    public function save(): int
    {
        $hasNewStatus = isset($this->changes['status']);
        $from = OrderFiles::read($this->get_id())['status'];
        [$changes, $meta] = [$this->changes, $this->metaChanges];
        $this->changes = $this->metaChanges = [];
        if (OrderFiles::$isFull) {
            [$this->changes, $this->metaChanges] = [$changes, $meta];
            return $this->get_id();
        }
        OrderFiles::merge($this->get_id(), $changes, $meta);
        foreach (array_keys(OrderFiles::$caches) as $cache) {
            OrderFiles::forget($cache, $this->get_id());
        }
        if ($hasNewStatus) {
            do_action('woocommerce_order_status_' . $this->data['status'], $this->get_id(), $this);
            do_action('woocommerce_order_status_changed', $this->get_id(), $from, $this->data['status'], $this);
        }
        return $this->get_id();
    }

    public function update_status(string $status, string $note = ''): bool
    {
        if ($status !== $this->get_status()) {
            $this->set(['status' => $status]);
        }
        $this->save();
        return true;
    }

    /** As the platform: what another plugin throws is caught, noted, and returned as false. */
    public function payment_complete(string $transactionId = ''): bool
    {
        try {
            do_action('woocommerce_pre_payment_complete', $this->get_id(), $transactionId);
        } catch (Exception $exception) {
            $this->add_order_note('Payment complete event failed. ' . $exception->getMessage());
            return false;
        }
        if ($this->has_status(['on-hold', 'pending', 'failed', 'cancelled'])) {
            $completions = OrderFiles::read($this->get_id())['completions'] + 1;
            $this->set([
                'transaction_id' => $transactionId, 'date_paid' => gmdate('c'), 'completions' => $completions,
                'status' => 'processing',
            ]);
            $this->save();
            do_action('woocommerce_payment_complete', $this->get_id(), $transactionId);
        }
        return true;
    }

    public function get_checkout_payment_url(bool $on_checkout = false): string
    {
        $query = ['key' => $this->get_order_key()] + ($on_checkout ? [] : ['pay_for_order' => 'true']);
        return home_url("/checkout/order-pay/{$this->get_id()}/?" . http_build_query($query));
    }

    public function get_checkout_order_received_url(): string
    {
        return home_url("/checkout/order-received/{$this->get_id()}/?key={$this->get_order_key()}");
    }
}

final class WC_Order_Refund
{
    private int $id = 0;

    public function __construct(private readonly int $orderId, private readonly string $amount)
    {
    }

    public function get_id(): int
    {
        return $this->id;
    }

    public function save(): int
    {
        $this->id = $this->id ?: OrderFiles::nextId();
        file_put_contents($this->path(), json_encode(['id' => $this->id, 'amount' => $this->amount]));
        return $this->id;
    }

    public function delete(): void
    {
        @unlink($this->path());
        $this->id = 0;
    }

    private function path(): string
    {
        return OrderFiles::$folder . "/refund-{$this->orderId}-{$this->id}.json";
    }

    /** @return list<int> the amounts of the order's refunds */
    public static function amounts(int $orderId): array
    {
        $files = glob(OrderFiles::$folder . "/refund-$orderId-*.json") ?: [];
        return array_map(static fn ($file) => (int) json_decode(file_get_contents($file), true)['amount'], $files);
    }
}

function wc_get_order(mixed $id): WC_Order|WC_Order_Refund|false
{
    if (glob(OrderFiles::$folder . '/refund-*-' . (int) $id . '.json')) {
        return new WC_Order_Refund(0, '0');
    }
    $data = OrderFiles::readOnce((int) $id);
    return $data === null ? false : new WC_Order($data);
}

/** In the order of the real one: the refund is stored before the gateway is asked, and deleted if that fails. */
function wc_create_refund(array $args): WC_Order_Refund|WP_Error
{
    $refund = new WC_Order_Refund($args['order_id'], (string) $args['amount']);
    do_action('woocommerce_create_refund', $refund, $args);
    $refund->save();
    $result = (new NetgiroCheckout\Gateway())->process_refund($args['order_id'], (string) $args['amount'], '');
    if (is_wp_error($result)) {
        $refund->delete();
        return $result;
    }
    return $refund;
}
