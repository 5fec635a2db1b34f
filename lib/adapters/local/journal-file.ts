import { appendFileSync, closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, rmSync } from 'node:fs';
import { MeshError } from '../../model/mesh-error.ts';
import type { ProductId } from '../../model/names.ts';

/** What is kept of one unfinished run. Whoever opens it holds the product's lock. */
export interface JournalFile {
  readonly product: ProductId;
  readonly runId: string;
  /** Whether it was there before. */
  readonly isResumed: boolean;
  /** What a key was given, or undefined. */
  find(key: string): { readonly value: unknown } | undefined;
  /** Keeps a value for good, and gives back what a reader of the file would get. */
  append(key: string, value: unknown): { readonly value: unknown };
  /** Ends the run: the file is gone. */
  end(): void;
  /** Leaves the run unfinished, for the next one who opens it. */
  close(): void;
}

/** The version of the file's form. */
const JOURNAL_VERSION = 1;

interface Head {
  readonly journal: number;
  readonly product: ProductId;
  readonly runId: string;
}

interface Entry {
  readonly key: string;
  readonly value?: unknown;
}

/** Opens the journal of the product's unfinished run, or begins one. What a death left of a last line is dropped. */
export function openJournalFile(path: string, product: ProductId, newRunId: () => string): JournalFile {
  const { head, entries, bytes } = readJournal(path, product);
  const descriptor = guarded(path, () => openSync(path, 'a'));
  const runId = head?.runId ?? newRunId();
  try {
    guarded(path, () => {
      ftruncateSync(descriptor, bytes);
      // Reaches the disk with the first step; before that there is nothing to go on with.
      if (!head) appendFileSync(descriptor, line({ journal: JOURNAL_VERSION, product, runId } satisfies Head));
    });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    product,
    runId,
    isResumed: head !== undefined,
    find: (key) => entries.get(key),
    append(key, value) {
      const text = line({ key, value } satisfies Entry);
      guarded(path, () => {
        appendFileSync(descriptor, text);
        fdatasyncSync(descriptor);
      });
      const entry = { value: (JSON.parse(text) as Entry).value };
      entries.set(key, entry);
      return entry;
    },
    end() {
      closeSync(descriptor);
      guarded(path, () => rmSync(path, { force: true }));
    },
    close: () => closeSync(descriptor),
  };
}

function readJournal(path: string, product: ProductId) {
  const content = guarded(path, () => readIfThere(path));
  // Whatever stands behind the last end of a line was being written when the process died.
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, bytes).toString().split('\n').slice(0, -1);
  const [head, ...entries] = lines.map((text, index) => parseLine(text, path, product, index + 1)) as [
    Head?,
    ...Entry[],
  ];
  if (head && (head.journal !== JOURNAL_VERSION || head.product !== product)) throw damaged(path, product, 1);
  return { head, entries: new Map(entries.map(({ key, value }) => [key, { value }])), bytes };
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function parseLine(text: string, path: string, product: ProductId, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, product, number);
  }
}

function line(content: Head | Entry): string {
  return `${JSON.stringify(content)}\n`;
}

function damaged(path: string, product: ProductId, number: number): MeshError {
  const message = 'the journal of its unfinished run is damaged, or made by another release';
  const fix = 'remove the file: the run then begins anew, and nothing published is lost';
  return new MeshError({ code: 'journal-damaged', message, fix, where: { product, file: path, line: number } });
}

function guarded<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof MeshError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EFBIG' || code === 'EDQUOT';
    const fix = isFull ? 'free some space and do it again' : 'make the folder and the file readable and writable';
    throw new MeshError({
      code: isFull ? 'disk-full' : 'journal-unwritable',
      kind: isFull ? 'retry' : undefined,
      message: isFull ? 'the disk is full; the run ends here' : `the journal cannot be read or written (${message})`,
      fix,
      where: { file: path },
      cause,
    });
  }
}
