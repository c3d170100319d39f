import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const hasPhp = spawnSync('php', ['--version'], { stdio: 'ignore' }).status === 0

it.skipIf(!hasPhp)(
  'the stand-in shop does nothing for a web server that finds it in the folder of the plugin',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'direct-access-'))
    const env = { ...process.env, SHOP_FOLDER: folder, REQUEST_URI: '/tests/shop.php' }
    const { stdout } = spawnSync('php', ['integrations/woocommerce/tests/shop.php'], { env })
    expect([stdout.toString(), readdirSync(folder)]).toEqual(['', []])
    rmSync(folder, { recursive: true })
  },
)
