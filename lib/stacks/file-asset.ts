import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { FileAssetPackaging, Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Where an asset lies once it is published. */
export interface PublishedAsset {
  readonly bucket: string;
  readonly key: string;
  /** Of the content: it changes when the content does. */
  readonly hash: string;
}

/** Of folders that were read before, by their files' names, sizes and times: thousands of stacks take the same ones. */
const hashes = new Map<string, string>();

/** Publishes a text as a file of its own. */
export function publishText(scope: IConstruct, text: string, extension: string): PublishedAsset {
  const hash = createHash('sha256').update(text).digest('hex');
  const name = `asset.${hash}.${extension}`;
  writeOnce(join(assetFolder(scope), name), text);
  return publish(scope, name, hash, FileAssetPackaging.FILE);
}

/**
 * Publishes a folder's files, with others added to it, as one archive. Stacks that take the same files take the same
 * archive: it is staged once for a whole app.
 */
export function publishFolder(
  scope: IConstruct,
  folder: string,
  added: { readonly [name: string]: string } = {},
): PublishedAsset {
  const hash = createHash('sha256').update(hashFolder(folder));
  for (const [name, file] of Object.entries(added)) hash.update(`\n${name}\n`).update(readFileSync(file));
  const digest = hash.digest('hex');
  const name = `asset.${digest}`;
  const staged = join(assetFolder(scope), name);
  if (!existsSync(staged)) {
    mkdirSync(staged, { recursive: true });
    for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(staged, file));
    for (const [name, file] of Object.entries(added)) copyFileSync(file, join(staged, name));
  }
  return publish(scope, name, digest, FileAssetPackaging.ZIP_DIRECTORY);
}

function publish(scope: IConstruct, name: string, hash: string, packaging: FileAssetPackaging): PublishedAsset {
  const fileName = relative(Stage.of(scope)!.outdir, join(assetFolder(scope), name));
  const { bucketName, objectKey } = Stack.of(scope).synthesizer.addFileAsset({
    fileName,
    packaging,
    sourceHash: hash,
    displayName: scope.node.path,
  });
  return { bucket: bucketName, key: objectKey, hash };
}

function hashFolder(folder: string): string {
  const files = readdirSync(folder).sort();
  const stamps = files.map((file) => statSync(join(folder, file))).map(({ size, mtimeMs }) => `${size} ${mtimeMs}`);
  const stamp = [folder, ...files, ...stamps].join('\n');
  const known = hashes.get(stamp);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  const digest = hash.digest('hex');
  hashes.set(stamp, digest);
  return digest;
}

function assetFolder(scope: IConstruct): string {
  return Stage.of(scope)!.assetOutdir;
}

function writeOnce(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text);
}
