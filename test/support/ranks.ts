export interface RankTest {
  /** In how many of all pairs the first is greater; ties count half. */
  readonly u: number;
  /** How probable so great a difference is by chance, in either direction. */
  readonly p: number;
  /** `u` as a share of all pairs (common-language effect size): a half when there is no difference. */
  readonly effect: number;
}

/** The rank test of Mann and Whitney, by the normal distribution, corrected for ties and continuity. */
export function compareRanks(first: readonly number[], second: readonly number[]): RankTest {
  const [n, m] = [first.length, second.length];
  const all = [...first.map((value) => ({ value, own: true })), ...second.map((value) => ({ value, own: false }))];
  all.sort((a, b) => a.value - b.value);
  let [ranks, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]!.value === all[from]!.value) to++;
    const own = all.slice(from, to).filter((each) => each.own).length;
    // Equals share the mean of their ranks.
    ranks += own * ((from + to + 1) / 2);
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const u = ranks - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return { u, p: variance === 0 ? 1 : tails(distance / Math.sqrt(variance)), effect: u / (n * m) };
}

/** Of chance and noise there is always some: a difference is one that is improbable, and big enough to be of use to anybody. */
export function differs({ p, effect }: RankTest): boolean {
  return p < 0.001 && (effect < 0.42 || effect > 0.58);
}

/** What lies beyond ±z of a normal distribution (Abramowitz and Stegun 7.1.26, to 1.5e-7). */
function tails(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const factors = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  return factors.reduce((sum, factor) => (sum + factor) * t, 0) * Math.exp(-x * x);
}
