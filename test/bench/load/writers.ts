/** Runs writers that write again as soon as the last write is on disk. Returns writes per second. */
export async function countWrites(
  writers: number,
  ms: number,
  write: (count: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now()
  let count = 0
  const writer = async () => {
    while (performance.now() - began < ms) await write(count++)
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return count / ((performance.now() - began) / 1_000)
}

export interface WriteOptions {
  readonly path: string
  readonly writers: number
  readonly ms: number
}
