/** Writes a moment as the API does: `2017-04-12T14:19:31.19`, in an undocumented time zone. */
export type LocalTime = (ms: number) => string

/** [avarda] get-payment-status: "the local date and time"; the samples have no offset and a fraction of 2 or 3 digits. */
export function localTimeIn(timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
  })
  return (ms) => {
    const parts = format.formatToParts(ms)
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
    const date = `${part('year')}-${part('month')}-${part('day')}`
    const time = `${part('hour')}:${part('minute')}:${part('second')}`
    const fraction = part('fractionalSecond').replace(/0+$/, '')
    return `${date}T${time}${fraction && `.${fraction}`}`
  }
}
