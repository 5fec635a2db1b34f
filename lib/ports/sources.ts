import type { SourceInputModel } from '../model/mesh-model.ts';
import type { SourceFile } from './publication.ts';

/** Operational sources: what has landed. */
export interface Sources {
  /** Every file of a source, by path; half-written ones (beginning with `.` or `_`, or ending in `.tmp`) are not there yet. */
  list(input: SourceInputModel): Promise<readonly SourceFile[]>;
}
