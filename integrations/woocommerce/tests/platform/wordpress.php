<?php

/** Stand-ins of WordPress: as much as the plugin uses, and as little as that allows. */

define('ABSPATH', __DIR__ . '/');

/** What the stand-ins know, in one place that a test can reset. */
final class World
{
    public static array $hooks = [];
    public static array $options = [];
    public static array $routes = [];
    public static array $scripts = [];
    public static array $notices = [];
    public static array $logged = [];
    public static array $session = [];
    public static string $home = 'https://shop.example';
    /** What a plugin for several languages puts behind `home_url()` on a page of another one. */
    public static string $language = '';
    public static string $currency = 'ISK';
    /** Sends requests; null for the real network. @var (callable(string, array): array|WP_Error)|null */
    public static mixed $send = null;
    /** How many answers are lost after the request had its effect. */
    public static int $loseAnswers = 0;
}

final class Redirect extends Error
{
    public function __construct(public readonly string $target)
    {
        parent::__construct($target);
    }
}

class WP_Error
{
    public function __construct(private readonly string $code = '', private readonly string $message = '')
    {
    }

    public function get_error_code(): string
    {
        return $this->code;
    }

    public function get_error_message(): string
    {
        return $this->message;
    }
}

final class WP_REST_Request
{
    /** @param array<string, string> $headers by their names in lower case */
    public function __construct(private readonly array $headers, private readonly string $body)
    {
    }

    public function get_header(string $key): ?string
    {
        return $this->headers[strtolower($key)] ?? null;
    }

    public function get_body(): string
    {
        return $this->body;
    }
}

final class WP_REST_Response
{
    public function __construct(public readonly mixed $data = null, public readonly int $status = 200)
    {
    }

    public function get_status(): int
    {
        return $this->status;
    }
}

/** Locks of MySQL, by files: a process that ends releases its own. Who asks for one twice stands for two requests. */
final class Wpdb
{
    private array $held = [];

    public function prepare(string $query, mixed ...$values): array
    {
        return [$query, ...$values];
    }

    public function get_var(array $query): ?string
    {
        $file = fopen(OrderFiles::$folder . '/lock-' . md5($query[1]), 'c');
        if (isset($this->held[$query[1]]) || !flock($file, LOCK_EX)) {
            return '0';
        }
        $this->held[$query[1]] = $file;
        return '1';
    }

    public function query(array $query): int
    {
        flock($this->held[$query[1]], LOCK_UN);
        unset($this->held[$query[1]]);
        return 1;
    }
}

$GLOBALS['wpdb'] = new Wpdb();

function add_action(string $hook, callable $callback, int $priority = 10, int $accepted = 1): bool
{
    World::$hooks[$hook][] = [$callback, $accepted];
    return true;
}

function add_filter(string $hook, callable $callback, int $priority = 10, int $accepted = 1): bool
{
    return add_action($hook, $callback, $priority, $accepted);
}

function do_action(string $hook, mixed ...$args): void
{
    foreach (World::$hooks[$hook] ?? [] as [$callback, $accepted]) {
        $callback(...array_slice($args, 0, $accepted));
    }
}

function apply_filters(string $hook, mixed $value, mixed ...$args): mixed
{
    foreach (World::$hooks[$hook] ?? [] as [$callback, $accepted]) {
        $value = $callback(...array_slice([$value, ...$args], 0, $accepted));
    }
    return $value;
}

function get_option(string $name, mixed $default = false): mixed
{
    return World::$options[$name] ?? ($name === 'home' ? World::$home : $default);
}

function delete_option(string $name): bool
{
    unset(World::$options[$name]);
    return true;
}

function clean_post_cache(int $id): void
{
    OrderFiles::forget('posts', $id);
}

function __(string $text, string $domain = 'default'): string
{
    return $text;
}

function esc_html__(string $text, string $domain = 'default'): string
{
    return esc_html($text);
}

function esc_html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function esc_attr(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function esc_url(string $url): string
{
    return htmlspecialchars($url, ENT_QUOTES);
}

function sanitize_text_field(string $text): string
{
    return trim(strip_tags($text));
}

function wp_unslash(mixed $value): mixed
{
    return is_string($value) ? stripslashes($value) : $value;
}

function absint(mixed $value): int
{
    return abs((int) $value);
}

function home_url(string $path = ''): string
{
    return World::$home . World::$language . $path;
}

function rest_url(string $path = ''): string
{
    return World::$home . "/wp-json/$path";
}

function add_query_arg(array $args, string $url): string
{
    return $url . (str_contains($url, '?') ? '&' : '?') . http_build_query($args);
}

function plugins_url(string $path, string $plugin): string
{
    return World::$home . '/wp-content/plugins/netgiro-checkout/' . $path;
}

function plugin_basename(string $file): string
{
    return 'netgiro-checkout/' . basename($file);
}

function load_plugin_textdomain(string $domain, false $deprecated, string $path): bool
{
    return true;
}

function register_rest_route(string $namespace, string $route, array $args): bool
{
    World::$routes["/$namespace$route"] = $args;
    return true;
}

function wp_register_script(string $handle, string $src, array $deps, ?string $version, bool $inFooter): bool
{
    World::$scripts[$handle] = $src;
    return true;
}

function wp_enqueue_script(string $handle, string $src, array $deps, ?string $version, bool $inFooter): void
{
    World::$scripts[$handle] = $src;
}

function wp_safe_redirect(string $location): bool
{
    throw new Redirect($location);
}

function wp_generate_uuid4(): string
{
    return vsprintf('%s%s-%s-4%s-a%s-%s%s%s', array_map('bin2hex', array_map('random_bytes', [2, 2, 2, 1, 1, 2, 2, 2])));
}

function wp_json_encode(mixed $value): string|false
{
    return json_encode($value);
}

function is_wp_error(mixed $value): bool
{
    return $value instanceof WP_Error;
}

function wp_remote_request(string $url, array $args): array|WP_Error
{
    if (World::$send !== null) {
        return (World::$send)($url, $args);
    }
    $headers = array_map(static fn ($name, $value) => "$name: $value", array_keys($args['headers']), $args['headers']);
    $context = stream_context_create(['http' => [
        'method' => $args['method'], 'header' => [...$headers, 'Connection: close'], 'content' => $args['body'] ?? '',
        'timeout' => $args['timeout'], 'follow_location' => 0, 'ignore_errors' => true,
    ]]);
    $body = @file_get_contents($url, false, $context);
    if ($body === false || World::$loseAnswers-- > 0) {
        return new WP_Error('http_request_failed', 'The answer was lost.');
    }
    return ['body' => $body, 'response' => ['code' => (int) explode(' ', $http_response_header[0])[1]]];
}

function wp_remote_retrieve_response_code(array $response): int
{
    return $response['response']['code'];
}

function wp_remote_retrieve_body(array $response): string
{
    return $response['body'];
}
