import { randomBytes } from 'node:crypto'
import { ConfigError, readConfig } from '../../config.ts'
import type { Environment } from '../../config.ts'
import { UsageError } from '../command.ts'
import { accounts } from './answers.ts'
import type { Answers } from './answers.ts'

/** [netgiro] The published credentials of the sandbox, which the simulator accepts too. */
const sandbox = {
  NETGIRO_APP_ID: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  NETGIRO_SECRET_KEY:
    'YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=',
}

const apiUrls: Readonly<Record<string, string>> = {
  simulator: 'http://127.0.0.1:4010/v1',
  test: 'https://api.test.netgiro.is/v1',
  production: 'https://api.netgiro.is/v1',
}

/**
 * The settings for these answers, with fresh keys. Where the database is belongs to how the server is run: systemd lets a file of
 * settings win over its unit. The account of a merchant comes from `NETGIRO_APP_ID` and `NETGIRO_SECRET_KEY` of
 * the environment, so that no secret stands on a command line; both are empty otherwise.
 *
 * @throws ConfigError that lists every answer the server would refuse
 */
export function settingsOf(answers: Answers, env: Environment): Record<string, string> {
  if (!accounts.some((account) => account === answers.netgiro))
    throw new UsageError(`--netgiro must be one of ${accounts.join(', ')}.`)
  const isProduction = answers.netgiro === 'production'
  const account = isProduction
    ? {
        NETGIRO_APP_ID: env['NETGIRO_APP_ID'] ?? '',
        NETGIRO_SECRET_KEY: env['NETGIRO_SECRET_KEY'] ?? '',
      }
    : sandbox
  const settings = {
    ...account,
    NETGIRO_API_URL: apiUrls[answers.netgiro] ?? '',
    // The simulator refunds payments of V1 through it; the sandbox's is for merchants who were given access.
    ...(answers.netgiro === 'simulator' && {
      NETGIRO_PARTNER_API_URL: 'http://127.0.0.1:4010/partner',
    }),
    PUBLIC_URL: answers['public-url'],
    ALLOWED_ORIGINS: originOf(answers.shop),
    MERCHANT_NAME: answers.name,
    MERCHANT_API_KEY: randomBytes(32).toString('base64url'),
    WEBHOOK_URL: answers['webhook-url'],
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    RECEIPT_KEY: randomBytes(32).toString('base64'),
    ADMIN_TOKEN: randomBytes(32).toString('base64url'),
  }
  check(settings)
  return settings
}

/** The address of a page is taken as that of its shop. */
const originOf = (shop: string): string => (URL.canParse(shop) ? new URL(shop).origin : shop)

/** What is left to fill in by hand is no mistake. */
function check(settings: Readonly<Record<string, string>>): void {
  const unfilled = Object.keys(settings).filter((name) => settings[name] === '')
  try {
    readConfig(settings)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.filter(
      (problem) => !unfilled.some((name) => /^NETGIRO_/.test(name) && problem.startsWith(name)),
    )
    if (problems.length > 0) throw new ConfigError(problems)
  }
}
