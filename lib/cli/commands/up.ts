import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalPorts } from '../../adapters/local/create-local-ports.ts';
import { packageRoot } from '../../loader/package-root.ts';
import type { Resolution } from '../../model/resolve/resolve-mesh.ts';
import { buildMesh } from '../build-mesh.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type MeshPlace, openModel, openPorts, placeOf } from '../open-mesh.ts';
import { toCount, toNumber } from '../parse-options.ts';
import { reportError } from '../report-error.ts';
import { runSeed } from '../run-seed.ts';
import { watchFolders } from '../watch-folders.ts';
import { count, formatTime } from '../words.ts';

interface UpOptions {
  readonly once?: boolean;
  readonly scale?: string;
  readonly port?: string;
}

const FIRST_PORT = 4300;
const LAST_PORT = 65_535;

/** `mesh up` */
export default defineCommand<UpOptions>({
  configure: (command) =>
    command
      .option('--once', 'end after building')
      .option('--scale <scale>', 'of the data that is generated when there is none; default 0.1')
      .option('--port <port>', `the first port to try; default ${FIRST_PORT}`),
  async run(context, { options }) {
    const port = toCount('--port', options.port, LAST_PORT) ?? FIRST_PORT;
    const scale = toNumber('--scale', options.scale);
    const place = placeOf(context);
    const resolution = await openModel(context, place);
    const ports = await openPorts(context, place, resolution.model);
    try {
      await seedIfEmpty(context, place, resolution, ports, scale);
      const exitCode = await buildMesh(context, ports, resolution);
      if (options.once) return exitCode;
      await serveUntilStopped(context, place, resolution, ports, port);
      return undefined;
    } finally {
      ports.close();
    }
  },
});

/** A mesh with a generator and no drop yet is given some, so that there is something to see. */
async function seedIfEmpty(
  context: CliContext,
  place: MeshPlace,
  { model }: Resolution,
  { landing }: LocalPorts,
  scale: number | undefined,
): Promise<void> {
  if (model.seed === undefined) return;
  if (existsSync(landing) && readdirSync(landing).some((name) => !name.startsWith('.'))) return;
  const { print } = context;
  const started = Date.now();
  print.note('no operational data yet: generating some');
  const { rows, files } = await runSeed(context, place, model, scale === undefined ? {} : { scale });
  print.note(`generated ${count(rows, 'row')} in ${count(files, 'file')} (${formatTime(Date.now() - started)})`);
}

async function serveUntilStopped(
  context: CliContext,
  place: MeshPlace,
  resolution: Resolution,
  ports: LocalPorts,
  port: number,
): Promise<void> {
  const { print, signal } = context;
  const { serveApi } = await import('../../api/serve-api.ts');
  let current = resolution;
  const portal = [join(packageRoot(), 'dist/portal'), join(packageRoot(), 'portal')];
  const caller = { principal: context.global.as, purpose: context.global.purpose };
  const api = await serveApi({ ports, model: () => current.model, caller, port, portal });
  const rebuild = async () => {
    try {
      print.note('something changed: building');
      current = await openModel(context, place);
      await buildMesh(context, ports, current);
    } catch (error) {
      if (!signal.aborted) reportError(print, error);
    }
  };
  const watching = watchFolders([place.folder, ports.landing], {
    ignore: place.home,
    keep: ports.landing,
    signal,
    onChange: rebuild,
  });
  print.event('serving', { url: api.url });
  print.note(`${print.noteColor.bold(api.url)} serves the page and the API; Ctrl-C ends`);
  await watching;
  await api.close();
}
