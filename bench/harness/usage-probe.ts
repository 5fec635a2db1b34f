/**
 * A module that a measured process loads before all else; when the process ends it writes what it used to the file in
 * BENCH_USAGE. Peak memory is the kernel's VmHWM where there is one: `maxRSS` of a child begins at its parent's.
 * Helper processes (esbuild's) count with the CPU time they had until then.
 */
export const USAGE_PROBE = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
const file = process.env.BENCH_USAGE;
delete process.env.BENCH_USAGE;
const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const ticks = (pid, from, to) => read('/proc/' + pid + '/stat').split(') ').pop().split(' ').slice(from, to).reduce((sum, each) => sum + Number(each || 0), 0);
const helpers = (pid) => {
  let pids = [];
  try { pids = readdirSync('/proc/' + pid + '/task').flatMap((task) => read('/proc/' + pid + '/task/' + task + '/children').split(' ').filter(Boolean)); } catch {}
  return pids.reduce((sum, child) => sum + ticks(child, 11, 15) + helpers(child), 0);
};
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const others = process.platform === 'linux' ? (helpers(process.pid) + ticks(process.pid, 13, 15)) / 100 : 0;
  const peak = Number(/VmHWM:\\s+(\\d+)/.exec(read('/proc/self/status'))?.[1] ?? maxRSS);
  writeFileSync(file, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 + others, peakMb: peak / 1024 }));
});
`)}`;
