/** The range an insight answers for when nobody names one, and that range in words. */
export interface DefaultWindow {
  words: string;
  range: (now: number) => { from: number; to: number };
}

const day = 86_400_000;

/** Whole UTC days including today, as Infisical draws its access volume. */
export const utcDays = (days: number): DefaultWindow => ({
  words: `last ${days} UTC days including today`,
  range: (now) => ({ from: Math.floor(now / day) * day - (days - 1) * day, to: now }),
});

/** Days of 24 hours up to now, not aligned to midnight. */
export const rollingDays = (days: number): DefaultWindow => ({
  words: `last ${days} days up to now`,
  range: (now) => ({ from: now - days * day, to: now }),
});
