import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './consumer.ts'
import type { Consumer } from './consumer.ts'

export interface Registry {
  /** What makes npm install from here, into a cache of its own. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

const run = promisify(execFile)

/**
 * A registry on this machine, as if the packages had been published: it has their tarballs, and packs what they depend on
 * from this repository's `node_modules`.
 */
export async function startRegistry(consumer: Consumer): Promise<Registry> {
  const own = new Map(consumer.packed.map(({ name, tarball }) => [name, tarball]))
  const folderOf = (name: string) =>
    own.has(name) ? consumer.installed(name) : join(root, 'node_modules', name)
  const tarballOf = async (name: string) => {
    const tarball = own.get(name)
    if (tarball) return readFileSync(tarball)
    const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const
    const folder = folderOf(name)
    return (
      await run('tar', ['-czf', '-', '--exclude=./node_modules', '.'], { ...options, cwd: folder })
    ).stdout
  }
  const tarballs = new Map<string, Promise<Buffer>>()
  const packed = (name: string) => {
    const known = tarballs.get(name) ?? tarballOf(name)
    tarballs.set(name, known)
    return known
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1)
    const name = path.replace(/\.tgz$/, '')
    const answer = async () => {
      if (!existsSync(join(folderOf(name), 'package.json'))) {
        response.writeHead(404).end('{}')
        return
      }
      const tarball = await packed(name)
      response.end(path === name ? JSON.stringify(packument(name, tarball)) : tarball)
    }
    void answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  const packument = (name: string, tarball: Buffer) => {
    const text = readFileSync(join(folderOf(name), 'package.json'), 'utf8')
    const manifest = JSON.parse(text) as { readonly version: string }
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const dist = { tarball: `${url}/${name}.tgz`, integrity }
    return {
      name,
      'dist-tags': { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, scripts: {}, dist } },
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    env: {
      npm_config_registry: url,
      npm_config_cache: join(consumer.folder, 'npm-cache'),
      npm_config_userconfig: join(consumer.folder, 'npmrc'),
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
