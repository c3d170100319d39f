import { UsageError } from '../command.ts'

/** What `init` cannot know. */
export interface Answers {
  readonly name: string
  readonly shop: string
  readonly 'public-url': string
  readonly 'webhook-url': string
  readonly netgiro: string
}

interface Question {
  readonly flag: keyof Answers
  readonly asks: string
  /** An empty answer means this. */
  readonly byDefault: (known: Partial<Answers>) => string | null
}

/** The accounts that `init` knows the addresses of. */
export const accounts = ['simulator', 'test', 'production'] as const

const isLocal = (known: Partial<Answers>) => known.netgiro === 'simulator'

/** In the order in which they are asked: later ones use the answers to earlier ones. */
export const questions: readonly Question[] = [
  {
    flag: 'netgiro',
    asks: `Which Netgíró (${accounts.join(', ')})`,
    byDefault: () => 'simulator',
  },
  { flag: 'name', asks: "The shop's name, as shoppers see it", byDefault: () => null },
  {
    flag: 'shop',
    asks: "The shop's address",
    byDefault: (known) => (isLocal(known) ? 'http://localhost:8080' : null),
  },
  {
    flag: 'public-url',
    asks: "This server's address, as shoppers and Netgíró reach it",
    byDefault: (known) => (isLocal(known) ? 'http://127.0.0.1:8787' : null),
  },
  {
    flag: 'webhook-url',
    asks: 'Where the shop receives webhooks',
    byDefault: ({ shop }) => (shop ? `${shop.replace(/\/+$/, '')}/webhooks/netgiro` : null),
  },
]

/** Asks a person, with the answer that an empty line stands for; null: there is no terminal to ask on. */
export type Ask = (question: string, byDefault: string | null) => Promise<string>

/**
 * Completes the answers of the flags.
 *
 * @throws UsageError that names every flag that is missing, where no one can be asked
 */
export async function answersOf(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  ask: Ask | null,
): Promise<Answers> {
  const known: Record<string, string> = {}
  const missing: string[] = []
  for (const { flag, asks, byDefault } of questions) {
    const given = flags[flag]
    const fallback = byDefault(known)
    if (typeof given === 'string') known[flag] = given.trim()
    else if (ask) known[flag] = (await ask(asks, fallback)).trim() || (fallback ?? '')
    else if (fallback !== null) known[flag] = fallback
    else missing.push(`--${flag}`)
  }
  if (missing.length > 0) throw new UsageError(`init needs ${missing.join(', ')}.`)
  return known as unknown as Answers
}
