/** CSV as RFC 4180 has it, in the options of csv-stringify: for reports and for answers. */
export const csvDialect = {
  record_delimiter: 'windows',
  // Alone it quotes what holds its own line end, CRLF; a bare CR or LF breaks lines for readers too.
  quoted_match: /[\r\n]/,
} as const;
