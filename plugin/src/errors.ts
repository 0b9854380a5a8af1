/** The server's own sentence, which Grafana keeps in the data of a failed resource call. */
export function sentenceOf(reason: unknown): string {
  if (isRecord(reason)) {
    const { data, message, statusText } = reason;
    const detail = isRecord(data) ? (data.detail ?? data.message) : undefined;
    for (const text of [detail, message, statusText]) {
      if (typeof text === 'string' && text !== '') {
        return text;
      }
    }
  }
  return 'The Secret Insights server gave no readable answer: test the data source in its settings.';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
