import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { SourceFormat } from '../../model/input.ts';
import { MeshError } from '../../model/mesh-error.ts';
import type { SourceInputModel } from '../../model/mesh-model.ts';
import type { SourceFile } from '../../ports/publication.ts';
import type { Sources } from '../../ports/sources.ts';
import { BUCKET_LAYOUT } from './aws.binding.ts';

export interface SourcesOptions {
  readonly s3: S3Client;
  /** The product's bucket, below whose `landing/` drops are. */
  readonly bucket: string;
}

/** What files of a format end in, in small or capital letters. */
const ENDINGS: Record<SourceFormat, RegExp> = {
  csv: /\.csv(\.gz)?$/i,
  ndjson: /\.(ndjson|jsonl)(\.gz)?$/i,
  parquet: /\.parquet$/i,
};

/**
 * Operational sources as prefixes of a bucket. A drop's hash is its ETag: the MD5 of its content for ordinary uploads.
 * What was uploaded in parts, or is encrypted with a key of KMS, has another ETag once it is uploaded again, and then
 * counts as changed even when its content is the same.
 */
export function createSources({ s3, bucket }: SourcesOptions): Sources {
  return {
    async list(input) {
      const path = landedPath(input);
      const isFile = ENDINGS[input.format].test(path);
      const [file] = path === '' ? [] : await objectsOf(s3, bucket, path, (key) => key === path, 1);
      // An object of that name is the drop; a folder of that name may stand beside it all the same.
      if (file && isFile) return isThere(path.slice(path.lastIndexOf('/') + 1)) ? [file] : [];
      const folder = path === '' ? '' : `${path}/`;
      const files = await objectsOf(s3, bucket, folder, (key) => isDrop(key.slice(folder.length), input.format));
      if (file && files.length === 0 && file.bytes > 0) throw otherFormat(input);
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

/** The source's path without what says nothing. */
function landedPath(input: SourceInputModel): string {
  const parts = input.path.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..')) return parts.join('/');
  const message = `source \`${input.name}\` leads out of the landing folder`;
  const fix = 'put a copy into the landing folder, or move the landing folder there';
  throw new MeshError({ code: 'outside-landing', kind: 'denied', message, fix, where: { file: input.path } });
}

/** Drops whose names begin so and are asked for, page by page. */
async function objectsOf(
  s3: S3Client,
  bucket: string,
  prefix: string,
  isAsked: (key: string) => boolean,
  atMost = Number.POSITIVE_INFINITY,
): Promise<SourceFile[]> {
  const { landing } = BUCKET_LAYOUT;
  const found: SourceFile[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${landing}${prefix}`,
        ContinuationToken,
        // The object of exactly this name comes before all that begin with it.
        ...(atMost === 1 && { MaxKeys: 1 }),
      }),
    );
    for (const { Key, Size = 0, ETag = '' } of page.Contents ?? []) {
      const path = Key!.slice(landing.length);
      if (isAsked(path)) found.push({ path, bytes: Size, hash: ETag.replaceAll('"', '') });
    }
    ContinuationToken = atMost === 1 ? undefined : page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

/** Whether an object below a source's folder is a drop of its format, complete and not hidden by any folder's name. */
function isDrop(path: string, format: SourceFormat): boolean {
  return ENDINGS[format].test(path) && path.split('/').every(isThere);
}

function isThere(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !name.startsWith('_') && !name.toLowerCase().endsWith('.tmp');
}

function otherFormat(input: SourceInputModel): MeshError {
  const message = `source \`${input.name}\` is declared as ${input.format}, but \`${input.path}\` ends otherwise`;
  const fix = 'declare its format, or give its folder as `path`';
  return new MeshError({ code: 'other-format', message, fix, where: { file: input.path } });
}
