import { avarda } from './avarda.ts'
import { netgiroV1 } from './netgiro-v1.ts'
import { netgiroV2 } from './netgiro-v2.ts'
import type { RailKind, RailName } from './rail.ts'
import { netgiroPos } from './netgiro-pos.ts'

export const rails: Readonly<Record<RailName, RailKind>> = {
  v1: netgiroV1,
  pos: netgiroPos,
  v2: netgiroV2,
  avarda,
}
