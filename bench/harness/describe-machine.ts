import { cpus, totalmem } from 'node:os';

/** `2026-01-31, 2 × Xeon …, 24 GB, Node 20.20.0, linux`: figures mean little without it. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return [
    date,
    `${cpus().length} × ${cpu?.model.trim() ?? 'cpu'}`,
    memory,
    `Node ${process.versions.node}`,
    process.platform,
  ].join(', ');
}
