import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

let drafts = 0;

/** Writes a file so that a reader sees the old or the new content, never a part. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  drafts += 1;
  const draft = `${path}.${process.pid}-${drafts}.tmp`;
  await writeFile(draft, content);
  await rename(draft, path);
}
