import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 10;

/**
 * Watches what a process and all its helpers hold in memory together, in MB, until the returned function is called,
 * which gives the most. A process alone is known better by itself; 0 where there is no /proc.
 */
export function sampleMemory(pid: number): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentKb(pid) / 1024);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return most;
  };
}

function residentKb(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentKb(Number(child)), own);
  } catch {
    // It has just ended.
    return 0;
  }
}
