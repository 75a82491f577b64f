/** A run of words that both texts have, or only the earlier, or only the later. */
export interface Run {
  kind: "same" | "gone" | "new";
  text: string;
}

/** How one sentence became another, word by word (longest common subsequence). */
export function differenceOf(before: string, after: string): Run[] {
  const [old, fresh] = [before.split(" "), after.split(" ")];
  const lengths = commonLengths(old, fresh);
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      add(runs, "same", old[i]);
      i += 1;
      j += 1;
    } else if (
      j >= fresh.length ||
      (i < old.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1))
    ) {
      add(runs, "gone", old[i++]);
    } else {
      add(runs, "new", fresh[j++]);
    }
  }
  return runs;
}

/** Length of the longest common subsequence of what follows each pair of places. */
function commonLengths(old: string[], fresh: string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () =>
    Array<number>(fresh.length + 1).fill(0),
  );
  for (let i = old.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    for (let j = fresh.length - 1; j >= 0; j--) {
      row[j] =
        old[i] === fresh[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

function add(runs: Run[], kind: Run["kind"], word = ""): void {
  const last = runs.at(-1);
  if (last?.kind === kind) last.text += ` ${word}`;
  else runs.push({ kind, text: word });
}
