/** The demo in a real browser: `npm run test:e2e`. `--built` skips the build; `--engine firefox` or `webkit` is for another engine. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { accessibilityScenarios } from './accessibility.ts'
import { paymentScenarios } from './payment.ts'
import { webhookScenarios } from './webhooks.ts'
import { scenarioGroup, unusedExceptions } from './scenario.ts'
import { refundScenarios } from './refunds.ts'
import { replicaScenarios } from './replicas.ts'
import { avardaScenarios } from './avarda.ts'
import { handOffScenarios } from './hand-off.ts'
import { phoneLifeScenarios } from './phone-life.ts'
import { posScenarios } from './pos.ts'
import { storefrontScenarios } from './storefront.ts'
import { strictPageScenarios } from './strict-page.ts'
import { wrongSetupScenarios } from './wrong-setup.ts'
import { webkitScenarios } from './webkit.ts'
import { engine } from './engine.ts'
import { openFixture } from './fixture.ts'

// Without `--built` it builds first, so that it never tests an older bundle than the sources.
if (!process.argv.includes('--built')) {
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
}

/** Runs after all scenarios. One that failed leaves its servers behind, and they would keep the process alive forever. */
const closeAtTheEnd = (...parts: readonly { close(): Promise<void> }[]): void =>
  after(async () => {
    await Promise.all(parts.map((part) => part.close()))
    setTimeout(() => process.exit(), 5_000).unref()
  })

if (engine === 'webkit') closeAtTheEnd(await webkitScenarios())
else {
  const fixture = await openFixture()
  const v2 = await openFixture('v2')
  closeAtTheEnd(fixture, v2)
  scenarioGroup('a shopper in the web shop', () => paymentScenarios(fixture))
  scenarioGroup('a cashier', () => posScenarios(fixture))
  scenarioGroup('a shop with Netgíró’s V2', () => refundScenarios(v2))
  scenarioGroup('a shopper in Sweden', () => avardaScenarios(fixture))
  scenarioGroup('the storefront', () => storefrontScenarios(fixture))
  scenarioGroup('the pages of the shop', () => accessibilityScenarios(fixture))
  scenarioGroup('an integrator', () => wrongSetupScenarios(fixture))
  scenarioGroup('a shopper whose server is killed', () => replicaScenarios())
  scenarioGroup('a phone', () => phoneLifeScenarios(fixture))
  scenarioGroup('a computer and a phone', () => handOffScenarios(fixture))
  scenarioGroup('a strict page', () => strictPageScenarios(fixture))
  scenarioGroup('the webhook inbox of the shop', () => webhookScenarios())
  void test('every exception of an engine names a scenario', () =>
    assert.deepEqual(unusedExceptions(), []))
}
