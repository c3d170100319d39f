const toneSeconds = 0.14
/** Of 1: heard at a till without startling. */
const volume = 0.2

/** One for the page; undefined in the Lockdown Mode of an iPhone. */
let context: AudioContext | undefined

/** [webkit] An outcome comes without a click, so only what was resumed within one, or within a key, can be heard then. */
export function allowSound(): void {
  for (const type of ['click', 'keydown']) globalThis.addEventListener(type, resume, true)
}

function resume(): void {
  if ((globalThis as Partial<typeof globalThis>).AudioContext) context ??= new AudioContext()
  void context?.resume()
}

/** Plays two short tones, which rise for a payment and fall for anything else. Needs the sticky activation of the page. */
export function play(isGood: boolean): void {
  resume()
  const output = context
  if (!output) return
  // In hertz.
  for (const [index, frequency] of (isGood ? [659, 988] : [440, 311]).entries()) {
    const start = output.currentTime + index * toneSeconds
    const end = start + toneSeconds
    const tone = new OscillatorNode(output, { frequency })
    const gain = new GainNode(output, { gain: volume })
    // Without it, the end of a tone clicks.
    gain.gain.setTargetAtTime(0, end - 0.04, 0.01)
    tone.connect(gain).connect(output.destination)
    tone.start(start)
    tone.stop(end)
    // What could not be heard by now must not be heard with the next click.
    globalThis.setTimeout(() => gain.disconnect(), 1_000)
  }
}
