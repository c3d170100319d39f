import { execFileSync } from 'node:child_process'
import { cpSync, lchownSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { environmentOf, ignoredBy, parseDockerfile } from './dockerfile.ts'
import type { Stage, Step } from './dockerfile.ts'

/** Runs the steps of a Dockerfile without a container engine: each stage has a folder that stands for its root. */
export interface Builder {
  /** The root of the repository. */
  readonly context: string
  /** An empty folder. */
  readonly folder: string
  /** Whom the steps run as; undefined: as whoever runs this. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly say: (line: string) => void
}

export interface Image {
  readonly root: string
  readonly stage: Stage
  readonly workdir: string
}

/** Builds every stage; returns the last one. */
export function build(builder: Builder): Image {
  const { context, folder } = builder
  const stages = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))
  const images = new Map<string, Image>()
  for (const stage of stages) {
    if (images.has(stage.from)) throw new Error(`FROM ${stage.from}: a stage upon a stage`)
    const root = join(folder, stage.name)
    mkdirSync(root)
    own(root, builder)
    images.set(stage.name, runStage({ root, stage, workdir: '/' }, images, builder))
  }
  return [...images.values()].at(-1)!
}

function runStage(empty: Image, images: ReadonlyMap<string, Image>, builder: Builder): Image {
  let image = empty
  for (const step of empty.stage.steps) {
    if (!['WORKDIR', 'COPY', 'RUN'].includes(step.name)) continue
    builder.say(`${empty.stage.name}: ${step.name} ${step.text}`)
    if (step.name === 'WORKDIR') image = { ...image, workdir: step.text }
    mkdirSync(at(image), { recursive: true })
    if (step.name === 'RUN') run(image, step, builder)
    if (step.name === 'COPY') copy(image, step, images, builder)
    own(image.root, builder)
  }
  return image
}

/** A path of the image on this machine. */
const at = ({ root, workdir }: Image, path = ''): string =>
  path.startsWith('/') ? join(root, path) : join(root, workdir, path)

function run(image: Image, { text }: Step, { folder, user }: Builder): void {
  // It would be this machine's, because nothing confines the command to the folder.
  if (/(?:^|[\s='"])\//.test(text)) throw new Error(`RUN with an absolute path: ${text}`)
  execFileSync('/bin/sh', ['-c', text], {
    ...(user && { uid: user.uid, gid: user.gid }),
    cwd: at(image),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...{ PATH: process.env['PATH'], HOME: folder, ...environmentOf(image.stage) },
      // Where packages come from, and a cache of their own.
      ...{ npm_config_registry: registry(), npm_config_cache: join(folder, 'npm') },
    },
  })
}

const registry = () =>
  execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()

function copy(
  image: Image,
  { flags, text }: Step,
  images: ReadonlyMap<string, Image>,
  { context }: Builder,
): void {
  const { from, chown, ...unknown } = flags
  if (Object.keys(unknown).length > 0) throw new Error(`COPY with ${Object.keys(unknown).join()}`)
  if (chown !== undefined && from === undefined) throw new Error('COPY --chown of the context')
  const names = text.split(/\s+/)
  const target = names.at(-1)!
  const source = from === undefined ? context : images.get(from)!.root
  const isIgnored =
    from === undefined
      ? ignoredBy(readFileSync(join(context, '.dockerignore'), 'utf8'))
      : () => false
  for (const name of names.slice(0, -1)) {
    const path = join(source, name)
    // [docker] a folder's content is copied, not the folder; a file into a folder if that ends in a slash.
    const isInto = statSync(path).isFile() && target.endsWith('/')
    cpSync(path, isInto ? join(at(image, target), basename(path)) : at(image, target), {
      ...{ recursive: true, verbatimSymlinks: true },
      filter: (one) => !isIgnored(relative(source, one)),
    })
  }
}

function own(path: string, { user }: Pick<Builder, 'user'>): void {
  if (!user) return
  lchownSync(path, user.uid, user.gid)
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(path, name), user.uid, user.gid)
}
