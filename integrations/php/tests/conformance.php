<?php

/** Runs the conformance files against a server: see integrations/conformance/README.md. */

declare(strict_types=1);

use NetgiroCheckout\Client;
use NetgiroCheckout\InvalidSignatureError;
use NetgiroCheckout\ProblemError;
use NetgiroCheckout\Webhook;

foreach (['errors', 'Problems', 'Webhook', 'Client'] as $file) {
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

function isRight(array $step): bool
{
    $client = new Client((string) getenv('NETGIRO_URL'), $step['key'] ?? (string) getenv('NETGIRO_KEY'));
    try {
        $answer = take($client, $step);
    } catch (ProblemError $error) {
        $class = (new ReflectionClass($error))->getShortName();
        $given = ['code' => $error->problem, 'status' => $error->status, 'class' => $class];
        return isset($step['error']) && $given === $step['error'];
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

function isRightAbout(array $case, int $now): bool
{
    try {
        $event = Webhook::verify($case['body'], $case['headers'], $case['secrets'], $now);
        return $case['genuine'] && $event['id'] === 'evt_1';
    } catch (InvalidSignatureError) {
        return !$case['genuine'];
    }
}

$webhooks = read('webhooks.json');
$results = [];
foreach (read('calls.json')['steps'] as $step) {
    $results[$step['name']] = isRight($step);
}
foreach ($webhooks['cases'] as $case) {
    $results[$case['name']] = isRightAbout($case, $webhooks['now']);
}
foreach (array_keys($results, false, true) as $name) {
    echo "$name: differs\n";
}
echo count($results), " checked\n";
exit(in_array(false, $results, true) ? 1 : 0);
