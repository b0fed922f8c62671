import { compareRanks, differs } from '../support/ranks';

describe('the rank test, beside published values', () => {
  it('of nine patients’ ages (the example of SciPy’s mannwhitneyu)', () => {
    const [males, females] = [
      [19, 22, 16, 29, 24],
      [20, 11, 17, 12],
    ];
    expect(compareRanks(males, females)).toMatchObject({ u: 17, effect: 0.85 });
    expect(compareRanks(males, females).p).toBeCloseTo(0.11134688653, 6);
    expect(compareRanks(females, males)).toMatchObject({ u: 3 });
  });

  it('of permeabilities (Hollander and Wolfe 1973, page 69, the example of R’s wilcox.test)', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const earlier = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { u, p } = compareRanks(term, earlier);
    expect(u).toBe(35);
    // Exactly it is 0.2544; the normal distribution is for more than fifteen.
    expect(Math.abs(p - 0.2544)).toBeLessThan(0.02);
  });

  it('of the tortoises and hares of Æsop: eleven pairs to twenty-five', () => {
    const [tortoises, hares] = [
      [1, 7, 8, 9, 10, 11],
      [2, 3, 4, 5, 6, 12],
    ];
    expect([compareRanks(hares, tortoises).u, compareRanks(tortoises, hares).u]).toEqual([11, 25]);
  });

  it('of equals: half of the pairs, and no difference', () => {
    expect(compareRanks([1, 1, 1], [1, 1])).toEqual({ u: 3, p: 1, effect: 0.5 });
    expect(compareRanks([1, 2, 3], [1, 2, 3])).toMatchObject({ u: 4.5, effect: 0.5 });
  });
});

describe('of 480 times each, which scatter by a tenth,', () => {
  /** The same at each run: sums of sines of whole numbers, of mean 40 and standard deviation 4. */
  const times = (from: number, shift = 1) =>
    Array.from({ length: 480 }, (_, index) => {
      const waves = [1, 2, 3, 4, 5, 6].map((wave) => Math.sin((from + index) * wave * 12.9898) * Math.SQRT2);
      return shift * (40 + (4 * waves.reduce((sum, each) => sum + each, 0)) / Math.sqrt(6));
    });

  it('a shift by 5 % is a difference, in either direction', () => {
    expect(differs(compareRanks(times(0), times(1_000, 1.05)))).toBe(true);
    expect(differs(compareRanks(times(0, 1.05), times(1_000)))).toBe(true);
  });

  it('none is none', () => {
    expect([1_000, 2_000, 3_000, 4_000].map((from) => differs(compareRanks(times(0), times(from))))).toEqual([
      ...Array<boolean>(4).fill(false),
    ]);
  });
});
