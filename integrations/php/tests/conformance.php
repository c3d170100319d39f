<?php

/** Runs the conformance files against a server: see integrations/conformance/README.md. */

declare(strict_types=1);

use NetgiroCheckout\Client;
use NetgiroCheckout\InvalidSignatureError;
use NetgiroCheckout\NetgiroError;
use NetgiroCheckout\ProblemError;
use NetgiroCheckout\Webhook;

foreach (['errors', 'Problems', 'Options', 'Answer', 'Webhook', 'Client'] as $file) {
    require __DIR__ . "/../src/$file.php";
}

function read(string $name): array
{
    $text = file_get_contents(getenv('CONFORMANCE') . "/$name");
    return json_decode((string) $text, true, 64, JSON_THROW_ON_ERROR);
}

function take(Client $client, array $step): array
{
    $idOf = static fn (): string => $step['id'] ?? $client->getByReference($step['reference'])['id'];
    return match ($step['call']) {
        'create' => $client->create($step['order'], $step['idempotencyKey'] ?? null),
        'get' => isset($step['id'])
            ? $client->get($step['id'])
            : $client->getByReference($step['reference']),
        'cancel' => $client->cancel($idOf()),
        'refund' => $client->refund($idOf(), $step['refund'], $step['idempotencyKey']),
        'events' => array_column(iterator_to_array($client->events(null), false), 'type'),
    };
}

function isRight(array $step, Client $client): bool
{
    try {
        $answer = take($client, $step);
    } catch (NetgiroError $error) {
        $given = ['class' => (new ReflectionClass($error))->getShortName()];
        if ($error instanceof ProblemError) {
            $given += ['code' => $error->problem, 'status' => $error->status, 'retryAfter' => $error->retryAfter];
        }
        $expected = $step['error'] ?? [];
        return $expected !== [] && array_intersect_key($given, $expected) == $expected;
    }
    if (isset($step['error'])) {
        return false;
    }
    if (isset($step['includes'])) {
        return array_diff($step['includes'], $answer) === [];
    }
    foreach ($step['answer'] ?? [] as $name => $value) {
        if (($answer[$name] ?? null) !== $value) {
            return false;
        }
    }
    return array_diff($step['has'] ?? [], array_keys($answer)) === [];
}

function isRightAboutStep(array $step): bool
{
    $key = $step['key'] ?? (string) getenv('NETGIRO_KEY');
    return isRight($step, new Client((string) getenv('NETGIRO_URL'), $key));
}

function isRightAboutAnswers(array $case, int $number): bool
{
    $url = str_replace('{url}', getenv('ANSWERS_URL') . "/$number", $case['url'] ?? '{url}');
    $key = $case['key'] ?? (string) getenv('NETGIRO_KEY');
    try {
        $isRight = isRight($case, new Client($url, $key, $case['timeoutMs'] ?? 10_000, 1));
        return $isRight && !isset($case['refused']);
    } catch (InvalidArgumentException $error) {
        return isset($case['refused']) && str_contains($error->getMessage(), $case['refused']);
    }
}

function isRightAboutWebhook(array $case, int $now): bool
{
    try {
        $event = Webhook::verify($case['body'], $case['headers'], $case['secrets'], $now);
        return $case['genuine'] && $event['id'] === 'evt_1';
    } catch (InvalidSignatureError) {
        return !$case['genuine'] && !isset($case['refused']);
    } catch (InvalidArgumentException $error) {
        return isset($case['refused']) && str_contains($error->getMessage(), $case['refused']);
    }
}

function isRefused(mixed $amount, string $description): bool
{
    $client = new Client((string) getenv('NETGIRO_URL'), (string) getenv('NETGIRO_KEY'));
    $order = ['reference' => 'X-1', 'amount' => $amount, 'currency' => 'ISK', 'description' => $description];
    try {
        $client->create($order);
        return false;
    } catch (InvalidArgumentException $error) {
        return str_contains($error->getMessage(), 'JSON cannot hold');
    }
}

$webhooks = read('webhooks.json');
$results = ['NAN' => isRefused(NAN, ''), 'INF' => isRefused(INF, ''), 'Latin-1' => isRefused(100, "v\xf6rur")];
foreach (read('calls.json')['steps'] as $step) {
    $results[$step['name']] = isRightAboutStep($step);
}
foreach (read('answers.json')['cases'] as $number => $case) {
    $results[$case['name']] = isRightAboutAnswers($case, $number);
}
foreach ($webhooks['cases'] as $case) {
    $results[$case['name']] = isRightAboutWebhook($case, $webhooks['now']);
}
foreach (array_keys($results, false, true) as $name) {
    echo "$name: differs\n";
}
echo count($results), " checked\n";
exit(in_array(false, $results, true) ? 1 : 0);
