import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Copies a folder of the mesh, to be changed. */
  copy(path: string, to: string): void;
  /** The same sources in another folder, to be changed apart. */
  clone(): MeshFolder;
}

/** Writes the small shop (see `shop-files.ts`) under the name of a mesh. */
export function writeMesh(name: string, folder = mkdtempSync(join(tmpdir(), 'shop-'))): MeshFolder {
  const mesh = meshFolder(name, folder);
  for (const [path, text] of Object.entries(shopFiles(name))) mesh.write(path, text);
  return mesh;
}

function meshFolder(name: string, folder: string): MeshFolder {
  const mesh: MeshFolder = {
    name,
    folder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    change(path, from, to) {
      const parts = mesh.read(path).split(from);
      if (parts.length !== 2) throw new Error(`${path} holds ${parts.length - 1} times: ${from}`);
      mesh.write(path, parts.join(to));
    },
    remove: (path) => rmSync(join(folder, path), { recursive: true }),
    copy: (path, to) => cpSync(join(folder, path), join(folder, to), { recursive: true }),
    clone() {
      const other = mkdtempSync(join(tmpdir(), 'shop-'));
      cpSync(folder, other, { recursive: true, filter: (path) => !path.endsWith('.mesh') });
      return meshFolder(name, other);
    },
  };
  return mesh;
}
