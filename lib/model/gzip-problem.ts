import { MeshError } from './mesh-error.ts';
import type { SourceInputModel } from './mesh-model.ts';

/** What is wrong with a drop that could not be unzipped, in the same words on every target; undefined for other errors. */
export function gzipProblem(cause: unknown, { name }: SourceInputModel, path: string): MeshError | undefined {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (!code?.startsWith('Z_')) return undefined;
  const isOther = message === 'incorrect header check';
  return new MeshError({
    code: 'malformed-drop',
    message: isOther
      ? 'ends in `.gz`, but is not compressed so (incorrect header check)'
      : `is cut off or damaged (${message})`,
    where: { port: name, file: path },
    fix: isOther ? 'compress it with gzip, or rename it' : 'drop the whole file again',
    cause,
  });
}
