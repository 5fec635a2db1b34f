import type { Printer } from './printer.ts';
import { formatTime } from './words.ts';

/** Shows how far long work is: one line that is drawn again on a terminal, and nothing elsewhere. */
export interface ProgressBar {
  update(done: number, total: number, doing: string): void;
  /** A line that stays, above the bar. */
  note(text: string): void;
  end(): void;
}

const CELLS = 20;
const EVERY_MS = 100;

export function createProgressBar(print: Printer): ProgressBar {
  const started = Date.now();
  const isShown = print.isNoteTerminal && !print.json;
  const state = { done: 0, total: 0, doing: '' };
  let timer: NodeJS.Timeout | undefined;
  const clear = () => isShown && process.stderr.write('\r\u001b[K');
  const draw = () => {
    const { done, total, doing } = state;
    if (total === 0) return;
    const elapsed = Date.now() - started;
    const full = Math.round((done / total) * CELLS);
    const bar = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)}`;
    const left = done === 0 || done === total ? '' : `, about ${seconds((elapsed / done) * (total - done))} left`;
    const text = ` ${done}/${total} · ${seconds(elapsed)}${left} · ${doing}`;
    const width = (process.stderr.columns ?? 80) - CELLS - 1;
    clear();
    process.stderr.write(print.noteColor.cyan(bar) + (text.length > width ? `${text.slice(0, width - 1)}…` : text));
  };
  return {
    update(done, total, doing) {
      Object.assign(state, { done, total, doing });
      if (!isShown) return;
      draw();
      // Time goes on while one step takes long.
      timer ??= setInterval(draw, EVERY_MS).unref();
    },
    note(text) {
      clear();
      print.note(text);
      if (isShown && timer) draw();
    },
    end() {
      clearInterval(timer);
      timer = undefined;
      clear();
    },
  };
}

/** Whole seconds: a number that flickers is not read. */
function seconds(milliseconds: number): string {
  return milliseconds < 60_000 ? `${Math.ceil(milliseconds / 1000)} s` : formatTime(milliseconds);
}
