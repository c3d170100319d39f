import { nearest } from '../ops/nearest.ts'
import { UsageError } from './command.ts'
import type { CliContext } from './command.ts'

const text = `netgiro-checkout <command>

  demo                      run a shop, the server, and simulators with the shopper's phone as a page; no account, no real money
  init                      write .env with fresh keys into this folder, and print what comes next; asks, or takes
                            --netgiro simulator|test|production --name --shop --public-url --webhook-url;
                            --compose and --systemd write docker-compose.yml and netgiro-checkout.service as well
  serve                     run the server (same as node server/dist/main.js in the repository)
  simulate                  run simulators of Netgíró, with the shopper's phone as a page, and of Avarda; no real money
  doctor                    check everything that a checkout needs, and say how to fix it
  resend <event-id>         send an event to the shop again, under the same id
  reconcile --since <date>  ask the provider about every attempt since then and record the results
  refund <checkout-id> <refund-id> --as refunded|failed --by <name> --note <text>
                            close by hand a refund that the provider's answers leave open
  review <checkout-id> --by <name> --note <text>
                            close a review that a person has dealt with
  audit                     replay the stored history of every checkout and list those that it does not explain
  backup <file>             write a complete, checked copy of the database to a new file
  restore <file>            replace the database by such a copy; no server may be running
  help [command]            show this help, or that of one command; --version shows the version

Commands read the same environment as the server (see its table of settings), and with --env-file <file> that file as well. Dates are UTC: 2026-11-20 or 2026-11-20T18:00:00Z.
resend, reconcile, refund, review, audit and backup work beside a running server, which picks up their changes within seconds.`

const names = [...text.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name)

/** The lines of the help about one command; null where there is none of that name. */
export function usageOf(name: string): string | null {
  if (!names.includes(name)) return null
  const [section = ''] = new RegExp(`^ {2}${name}\\b.*(\n {10,}.*)*`, 'm').exec(text) ?? []
  return `netgiro-checkout ${section.trim().replace(/\s{2,}/g, '\n    ')}`
}

/** The error about a name that is no command, with the command that may have been meant. */
export function unknownCommand(name: string): UsageError {
  const known = nearest(name.toLowerCase(), names, 2)
  const meant = known === null ? '' : ` Did you mean ${known}?`
  return new UsageError(`Unknown command ${name}.${meant}`)
}

/** Of all commands, or of the one that is named. */
export function help([name]: readonly string[], { say }: CliContext): Promise<number> {
  const usage = name === undefined ? text : usageOf(name)
  if (usage === null) throw unknownCommand(name ?? '')
  say(usage)
  return Promise.resolve(0)
}
