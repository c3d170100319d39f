import { sql } from 'kysely'

/**
 * Since when the database has run without losing what was only in its memory: another text on another primary, after a restart, and
 * after a crash of one of its processes.
 *
 * [postgresql] such a crash restarts all processes but the first, whose start is that of the postmaster; with what was counted, the
 * time is lost since when.
 */
export const upSince = sql<string>`concat_ws(
  ' ', extract(epoch from pg_postmaster_start_time()),
  extract(epoch from pg_stat_get_bgwriter_stat_reset_time())
)`
