/** Frequencies in hertz: a payment rises, anything else falls. */
const melodies = { good: [659, 988], bad: [440, 311] } as const

const toneSeconds = 0.14
/** Of 1: heard at a till without startling. */
const volume = 0.2

/** Plays two short tones. Needs the sticky activation of the page. */
export function play(isGood: boolean): void {
  // Undefined in the Lockdown Mode of an iPhone.
  if (!(globalThis as Partial<typeof globalThis>).AudioContext) return
  const context = new AudioContext()
  melodies[isGood ? 'good' : 'bad'].forEach((frequency, index) => {
    const start = context.currentTime + index * toneSeconds
    const end = start + toneSeconds
    const tone = new OscillatorNode(context, { frequency })
    const gain = new GainNode(context, { gain: volume })
    // Without it, the end of a tone clicks.
    gain.gain.setTargetAtTime(0, end - 0.04, 0.01)
    tone.connect(gain).connect(context.destination)
    tone.start(start)
    tone.stop(end)
    if (index) tone.onended = () => void context.close()
  })
}
