import { readFile, stat } from 'node:fs/promises';

import { UsageError } from './usage-error.js';

/** A file that is named by what asks for it. @throws UsageError */
export async function readNamed(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`${what}: ${path} cannot be read`);
  }
}

/** A JSON object, and a warning if others may read the file. @throws UsageError */
export async function readPrivateJson(
  what: string,
  path: string,
): Promise<{ readonly json: Readonly<Record<string, unknown>>; readonly warning: string | undefined }> {
  const bytes = await readNamed(what, path);
  const { mode } = await stat(path);
  const isOpen = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const warning = isOpen ? `Warning: other users of this machine may read ${path}; chmod 600 it.` : undefined;
  return { json: parseObject(what, path, bytes.toString('utf8')), warning };
}

function parseObject(what: string, path: string, text: string): Readonly<Record<string, unknown>> {
  const json = parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`${what}: ${path} is not a JSON object`);
  }
  return json as Readonly<Record<string, unknown>>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Its own error would quote the file, which holds secrets.
  }
}
