<?php

use PHPUnit\Framework\TestCase;

/** Holds the code, `PLATFORM.md`, the stand-ins and the translations together. */
final class PlatformTest extends TestCase
{
    private const ROOT = __DIR__ . '/..';
    private const MAX_LINES = 600;

    /** @return array<string, list<array{int, string}|string>> the tokens of the plugin's files, without comments */
    private static function files(): array
    {
        $files = [...glob(self::ROOT . '/src/*.php'), self::ROOT . '/netgiro-checkout.php', self::ROOT . '/uninstall.php'];
        $tokens = [];
        foreach ($files as $file) {
            $all = array_map(
                static fn ($token) => is_array($token) ? [$token[0], $token[1]] : $token,
                token_get_all(file_get_contents($file))
            );
            $skipped = [T_COMMENT, T_DOC_COMMENT, T_WHITESPACE];
            $tokens[basename($file)] = array_values(array_filter(
                $all,
                static fn ($token) => !is_array($token) || !in_array($token[0], $skipped, true)
            ));
        }
        return $tokens;
    }

    private static function text(array|string|null $token): string
    {
        return is_array($token) ? $token[1] : (string) $token;
    }

    /** @return list<string> the first column of the tables */
    private static function listed(): array
    {
        preg_match_all('/^\| `([^`]+)` /m', file_get_contents(self::ROOT . '/PLATFORM.md'), $found);
        return $found[1];
    }

    /** @return list<string> functions, methods, classes and hooks that are not the plugin's own and not PHP's */
    private static function used(): array
    {
        $own = $functions = $methods = $classes = $hooks = [];
        foreach (self::files() as $tokens) {
            foreach ($tokens as $i => $token) {
                [$before, $text, $after] = [self::text($tokens[$i - 1] ?? null), self::text($token), self::text($tokens[$i + 1] ?? null)];
                $isName = is_array($token) && in_array($token[0], [T_STRING, T_NAME_FULLY_QUALIFIED, T_NAME_QUALIFIED], true);
                if ($isName && in_array($before, ['function', 'class'], true)) {
                    $own[] = $text;
                } elseif ($isName && in_array($before, ['->', '?->'], true) && $after === '(') {
                    $methods[] = $text;
                } elseif ($isName && $before === '::' && $after === '(') {
                    $methods[] = self::text($tokens[$i - 2]) === 'parent'
                        ? $text
                        : ltrim(self::text($tokens[$i - 2]), '\\') . "::$text";
                } elseif ($isName && $before === 'use') {
                    $classes[] = substr((string) strrchr($text, '\\'), 1);
                } elseif ($isName && $after === '(' && $before !== 'new') {
                    $functions[] = ltrim($text, '\\');
                } elseif ($isName && $text[0] === '\\') {
                    $classes[] = substr($text, 1);
                }
                if (in_array($text, ['add_action', 'add_filter'], true)) {
                    $id = NetgiroCheckout\Plugin::GATEWAY;
                    $hook = trim(self::text($tokens[$i + 2]), "'");
                    $hooks[] = str_ends_with($hook, '_') ? $hook . $id : $hook;
                }
            }
        }
        $isOthers = static function (string $name) use ($own): bool {
            [$class, $method] = explode('::', $name) + [1 => null];
            $isOfPhp = function_exists($class) && (new ReflectionFunction($class))->isInternal()
                || class_exists($class) && (new ReflectionClass($class))->isInternal();
            return !in_array($class, [...$own, 'self', 'parent', ...get_class_methods(Exception::class)], true) && !$isOfPhp;
        };
        $all = array_unique([...$functions, ...$classes, ...$hooks, ...$methods]);
        return array_values(array_filter($all, $isOthers));
    }

    public function testEverythingThatIsUsedOfThePlatformIsListed(): void
    {
        $listed = self::listed();
        $methods = array_map(static fn ($name) => substr((string) strrchr($name, ':'), 1), $listed);
        $missing = array_filter(
            self::used(),
            static fn ($name) => !in_array($name, $listed, true) && !in_array($name, $methods, true)
        );
        self::assertSame([], array_values($missing));
        self::assertGreaterThan(80, count($listed));
    }

    public function testEverythingThatIsListedIsUsed(): void
    {
        $code = implode("\n", array_map('file_get_contents', glob(self::ROOT . '/{src/*,*}.php', GLOB_BRACE)));
        $unused = array_filter(self::listed(), static function (string $name) use ($code): bool {
            $short = str_contains($name, '::') ? substr((string) strrchr($name, ':'), 1) : $name;
            $hook = str_replace(NetgiroCheckout\Plugin::GATEWAY, '', $name);
            return !preg_match('/\b' . preg_quote($short) . '\b/', $code) && !str_contains($code, "'$hook'");
        });
        self::assertSame([], array_values($unused));
    }

    public function testEveryTextIsTranslatedAndEveryTranslationUsed(): void
    {
        $texts = [];
        foreach (self::files() as $tokens) {
            foreach ($tokens as $i => $token) {
                if (in_array(self::text($token), ['__', 'esc_html__'], true)) {
                    $texts[] = trim(self::text($tokens[$i + 2]), "'");
                    self::assertSame("'netgiro-checkout'", self::text($tokens[$i + 4]));
                }
            }
        }
        $messages = (require self::ROOT . '/languages/netgiro-checkout-is_IS.l10n.php')['messages'];
        self::assertEqualsCanonicalizing(array_values(array_unique($texts)), array_keys($messages));
        foreach ($messages as $english => $icelandic) {
            preg_match_all('/%(?:\d\$)?s/', $english, $expected);
            preg_match_all('/%(?:\d\$)?s/', $icelandic, $found);
            self::assertSame($expected[0], $found[0], $english);
        }
    }

    /** Neither blank lines nor comments nor brackets alone count. */
    public function testTheCodeStaysSmall(): void
    {
        $lines = 0;
        foreach (array_keys(self::files()) as $name) {
            $file = is_file(self::ROOT . "/src/$name") ? self::ROOT . "/src/$name" : self::ROOT . "/$name";
            $code = preg_replace('!^\s*(//|/?\*).*$!m', '', file_get_contents($file));
            $lines += count(array_filter(explode("\n", $code), static fn ($line) => trim($line, " \t{}[]();,") !== ''));
        }
        self::assertLessThanOrEqual(self::MAX_LINES, $lines);
    }
}
