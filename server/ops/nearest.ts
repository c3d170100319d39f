/** The word of a list that may have been meant by one that is not in it: at most so many letters differ. */
export function nearest(word: string, known: readonly string[], maxEdits: number): string | null {
  let [best, edits]: [string | null, number] = [null, maxEdits + 1]
  for (const candidate of known) {
    const distance = editDistance(word, candidate)
    if (distance < edits) [best, edits] = [candidate, distance]
  }
  return best
}

/** How many letters have to be added, removed or replaced to make one word of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (let index = 0; index < one.length; index++) {
    const next = [index + 1]
    for (let column = 0; column < other.length; column++) {
      const replaced = (row[column] ?? 0) + (one[index] === other[column] ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
