import type { Migration } from 'kysely'
import { checkouts } from './001-checkouts.ts'
import { reviewsAndReplacements } from './002-reviews-and-replacements.ts'
import { sessionsByCheckout } from './003-sessions-by-checkout.ts'
import { standardNames } from './004-standard-names.ts'
import { indexes } from './005-indexes.ts'
import { merchants } from './006-merchants.ts'
import { search } from './007-search.ts'
import { resends } from './009-resends.ts'
import { logins } from './011-logins.ts'
import { closedReviews } from './012-closed-reviews.ts'

/** Forward only; a released migration is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001_checkouts': checkouts,
  '002_reviews_and_replacements': reviewsAndReplacements,
  '003_sessions_by_checkout': sessionsByCheckout,
  '004_standard_names': standardNames,
  '005_indexes': indexes,
  '006_merchants': merchants,
  '007_search': search,
  '009_resends': resends,
  '011_logins': logins,
  '012_closed_reviews': closedReviews,
}
