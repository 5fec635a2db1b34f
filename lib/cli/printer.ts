import picocolors from 'picocolors';
import { plainJson } from '../api/plain-json.ts';

/** The version of everything `--json` prints. */
const JSON_VERSION = 1;

/** Where a command's words go: data to stdout, everything else to stderr. */
export interface Printer {
  readonly json: boolean;
  /** Colours for stdout and for stderr; they do nothing where no colours are wanted. */
  readonly color: ReturnType<typeof picocolors.createColors>;
  readonly noteColor: ReturnType<typeof picocolors.createColors>;
  readonly isTerminal: boolean;
  readonly isNoteTerminal: boolean;
  readonly columns: number;
  /** Data, for people. Nothing with `--json`. */
  line(text?: string): void;
  /** Data as it is, whatever the options. */
  raw(text: string): void;
  /** The answer of a command, for programs; one line. Nothing without `--json`. */
  answer(data: unknown): void;
  /** One of several answers of a command that goes on. Nothing without `--json`. */
  event(event: string, data: unknown): void;
  /** An error, for programs. Nothing without `--json`. */
  failure(error: unknown): void;
  /** Something beside the data: progress, hints, warnings. */
  note(text: string): void;
}

/** Speaks through the process's own streams. */
export function createPrinter(command: string, json: boolean): Printer {
  const { stdout, stderr } = process;
  const envelope = (rest: object) => `${JSON.stringify({ version: JSON_VERSION, command, ...rest }, plainJson)}\n`;
  return {
    json,
    color: picocolors.createColors(wantsColor(stdout.isTTY)),
    noteColor: picocolors.createColors(wantsColor(stderr.isTTY)),
    isTerminal: stdout.isTTY === true,
    isNoteTerminal: stderr.isTTY === true,
    columns: stdout.columns ?? 120,
    line: (text = '') => void (json || stdout.write(`${text}\n`)),
    raw: (text) => void stdout.write(text),
    answer: (data) => void (json && stdout.write(envelope({ ok: true, data }))),
    event: (event, data) => void (json && stdout.write(envelope({ event, data }))),
    failure: (error) => void (json && stdout.write(envelope({ ok: false, error }))),
    note: (text) => void stderr.write(`${text}\n`),
  };
}

/** NO_COLOR (https://no-color.org) wins over everything; FORCE_COLOR over the absence of a terminal. */
function wantsColor(isTerminal: boolean | undefined): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return isTerminal === true && TERM !== 'dumb';
}
