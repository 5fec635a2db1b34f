import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shopFiles } from './shop-files.ts';

/** A mesh's sources in a folder of their own, to be changed between deployments. */
export interface MeshFolder {
  readonly name: string;
  readonly folder: string;
  /** Writes a file whole. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** Replaces a passage that is there exactly once. */
  change(path: string, from: string, to: string): void;
  /** A file, or a folder with all that is in it. */
  remove(path: string): void;
  /** Copies a folder, with every `from` replaced. */
  copy(path: string, to: string, replacements: { readonly [from: string]: string }): void;
}

/** Writes the small shop (see `shop-files.ts`) under the name of a mesh. */
export function writeMesh(name: string, folder = mkdtempSync(join(tmpdir(), 'shop-'))): MeshFolder {
  const written: MeshFolder = {
    name,
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    change(path, from, to) {
      const parts = written.read(path).split(from);
      if (parts.length !== 2) throw new Error(`${path} holds ${parts.length - 1} times: ${from}`);
      written.write(path, parts.join(to));
    },
    remove: (path) => rmSync(join(folder, path), { recursive: true }),
    copy(path, to, replacements) {
      const files = Object.keys(shopFiles(name)).filter((file) => file.startsWith(`${path}/`));
      for (const file of files) {
        const text = Object.entries(replacements).reduce(
          (so, [from, by]) => so.replaceAll(from, by),
          written.read(file),
        );
        written.write(`${to}${file.slice(path.length)}`, text);
      }
    },
  };
  for (const [path, text] of Object.entries(shopFiles(name))) written.write(path, text);
  return written;
}
