import { Agent, request as open } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';

export interface Call {
  /** POST where it has a body, GET otherwise. */
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  /** From the call to the last byte of its answer. */
  ms: number;
  body: string;
}

/** Connections stay open, as those of Grafana's server do. */
const agent = new Agent({ keepAlive: true });

async function call({ url, headers, body }: Call): Promise<IncomingMessage> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const request = open(url, {
    agent,
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...length },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** @throws Error with what the server said, where it refused. */
export async function ask(asked: Call): Promise<Answer> {
  const started = performance.now();
  const response = await call(asked);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const ms = performance.now() - started;
  const answer = { ms, body: Buffer.concat(chunks).toString() };
  const status = response.statusCode ?? 0;
  if (status >= 400) throw new Error(`the server answered ${status}: ${answer.body}`);
  return answer;
}

export interface Downloaded {
  seconds: number;
  bytes: number;
  lines: number;
}

const lineEnd = 10;

/** Counts what comes and keeps none of it. @throws Error where it was refused or broke off. */
export async function download(asked: Call): Promise<Downloaded> {
  const started = performance.now();
  const response = await call(asked);
  if (response.statusCode !== 200) throw new Error(`the server answered ${response.statusCode}`);
  let [bytes, lines] = [0, 0];
  for await (const chunk of response) {
    const part = chunk as Buffer;
    bytes += part.length;
    for (let at = part.indexOf(lineEnd); at >= 0; at = part.indexOf(lineEnd, at + 1)) lines++;
  }
  return { seconds: (performance.now() - started) / 1000, bytes, lines };
}
