/** `node --import clock-off.mjs?ms=300000`: the clock of the machine is so far ahead. Durations are measured as ever. */
const aheadMs = Number(new URL(import.meta.url).searchParams.get('ms'))
const RightDate = Date

globalThis.Date = class extends RightDate {
  constructor(...given) {
    if (given.length === 0) super(RightDate.now() + aheadMs)
    else super(...given)
  }

  static now() {
    return RightDate.now() + aheadMs
  }
}
