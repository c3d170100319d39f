import { avarda } from './avarda.ts'
import { netgiroV1 } from './netgiro-v1.ts'
import type { RailKind, RailName } from './rail.ts'
import { till } from './till.ts'

export const rails: Readonly<Record<RailName, RailKind>> = {
  v1: netgiroV1,
  till,
  avarda,
}
