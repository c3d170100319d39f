import type { CliContext } from './command.ts'

const text = `netgiro-checkout <command>

  serve                     run the server (the same as node server/dist/main.js in the repository)
  simulate                  run simulators of Netgíró, with the shopper's phone as a page, and of Avarda; no real money
  doctor                    try everything that a checkout will need, and say what to mend
  resend <event-id>         tell the shop again of an event, under the same id
  reconcile --since <date>  ask Netgíró about every attempt since then and record what it says
  refund <checkout-id> <refund-id> --as refunded|failed --by <name> --note <text>
                            close by hand a refund that Netgíró's answers leave open
  backup <file>             write a copy of the database, whole and checked, to a new file
  restore <file>            put such a copy in the place of the database; no server may run
  help                      this

Commands read the same environment as the server (see the README). Dates are UTC: 2026-11-20 or 2026-11-20T18:00:00Z.
resend, reconcile, refund and backup work beside a running server, which takes up within seconds what the others changed.`

export function help(_: readonly string[], { say }: CliContext): Promise<number> {
  say(text)
  return Promise.resolve(0)
}
