import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

export const repository = path.resolve(__dirname, '../..');

export const readText = (file: string) => readFileSync(path.join(repository, file), 'utf8');
export const readJson = <T>(file: string) => JSON.parse(readText(file)) as T;
export const readYaml = <T>(file: string) => parse(readText(file), { merge: true }) as T;

export const filesIn = (folder: string, extension: RegExp) =>
  readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => extension.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
