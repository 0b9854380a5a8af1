#!/usr/bin/env node
import { run } from './program';

// `secret-insights query … | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
