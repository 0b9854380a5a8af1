// Progress on a terminal: one line a step, with the time it took; plain lines where nobody watches.
import { spawn } from 'node:child_process';

const out = process.stdout;
const live = Boolean(out.isTTY) && process.env.TERM !== 'dumb';
const colours = live && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
export const dim = (text) => paint(2, text);
export const bold = (text) => paint(1, text);

const seconds = (since) => {
  const elapsed = (performance.now() - since) / 1000;
  return elapsed < 60
    ? `${elapsed.toFixed(1)} s`
    : `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`;
};

/** What a person can act on; everything else is a bug and shows its stack. */
export class Refusal extends Error {
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Runs `work` with a line that shows how long it takes; `work` may report a word about how far it is. */
export async function step(title, work) {
  const started = performance.now();
  let detail = '';
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let frame = 0;
  const draw = () => {
    frame = (frame + 1) % frames.length;
    const text = `${frames[frame]} ${title}  ${detail}`.slice(0, (out.columns || 80) - 12);
    out.write(`\r\u001b[2K${text}  ${dim(seconds(started))}`);
  };
  const timer = live ? setInterval(draw, 100) : undefined;
  if (!live) out.write(`${title} …\n`);
  try {
    const result = await work((text) => (detail = text));
    finish('✓', 32);
    return result;
  } catch (error) {
    finish('✗', 31);
    throw error;
  } finally {
    clearInterval(timer);
  }

  function finish(mark, colour) {
    const line = `${paint(colour, mark)} ${title}  ${dim([detail, seconds(started)].filter(Boolean).join(', '))}`;
    out.write(live ? `\r\u001b[2K${line}\n` : `${line}\n`);
  }
}

/**
 * Runs a program and keeps what it says.
 * @returns {Promise<{code: number, stdout: string, stderr: string, output: string}>}
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '', output: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        said[stream] += text;
        said.output += text;
      });
    }
    child.on('error', ({ message }) => resolve({ ...said, code: 127, output: message }));
    child.on('close', (code, signal) => {
      const output = signal ? `${said.output}\nended by ${signal}` : said.output;
      resolve({ ...said, code: code ?? 1, output });
    });
  });
}

/** Like run, but a failure ends the step with all that the program said. */
export async function mustRun(what, program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code !== 0)
    throw new Refusal(`${output.trimEnd()}\n\n${what} failed; the lines above say why.`);
}
