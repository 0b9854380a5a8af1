import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/** A file of a report, as a download: never shown as a page. */
export async function sendReportFile(
  request: Request,
  response: Response,
  { path, name }: { path: string; name: string },
): Promise<void> {
  const { size } = await stat(path);
  response.status(200);
  response.type(name.endsWith('.json') ? 'application/json' : 'text/csv; charset=utf-8');
  response.attachment(name);
  response.setHeader('Content-Length', size);
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}
