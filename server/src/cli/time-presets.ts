/** Words for the beginning of a span that lasts until now, in UTC. */
const presets: Readonly<Record<string, string>> = {
  today: 'now/d',
  week: 'now/w',
  month: 'now/M',
  year: 'now/y',
};

/** `month` as the server reads it: from the first of the month on. Anything else is what it is. */
export const timePreset = (time: string): string => presets[time] ?? time;
