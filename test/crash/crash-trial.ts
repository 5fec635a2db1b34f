import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { MeshModel } from '../../lib/model/mesh-model.ts';
import { type ChildScript, startScript } from '../child-script.ts';
import type { CrashOrder } from './crash-child.ts';
import { buildHere, consumersView, findLeftovers, type HomeState, readState } from './crash-home.ts';
import { landGeneration, resolveCrashMesh } from './crash-mesh.ts';
import type { CrashPlace } from './crash-place.ts';

const CHILD = new URL('crash-child.ts', import.meta.url);
const TIMES = ['2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z'];

/** A mesh built once, whose second drops have landed, and what uninterrupted builds make of both. */
export interface CrashBench {
  readonly root: string;
  readonly model: MeshModel;
  /** Of no build, and of one. */
  readonly before: readonly HomeState[];
  /** Of one build, and of two. */
  readonly after: readonly HomeState[];
  /** A home of its own, before the first (0) or the second (1) build. */
  place(generation: 0 | 1): Promise<CrashPlace>;
  start(place: CrashPlace, order?: Partial<CrashOrder>, options?: { shell?: string }): Promise<ChildScript>;
  remove(): Promise<void>;
}

export async function createCrashBench(): Promise<CrashBench> {
  const root = await mkdtemp(join(tmpdir(), 'mesh-crash-'));
  const model = await resolveCrashMesh();
  const modelFile = join(root, 'model.json');
  await writeFile(modelFile, JSON.stringify(model));
  const landings = [join(root, 'landing-1'), join(root, 'landing-2')];
  await landGeneration(landings[0]!, 1);
  await landGeneration(landings[1]!, 1);
  await landGeneration(landings[1]!, 2);
  const homes = [join(root, 'home-0'), join(root, 'home-1'), join(root, 'home-2')];
  const placeOf = (home: string, generation: number) => ({
    home,
    landing: landings[generation]!,
    time: TIMES[generation]!,
  });
  const start = (place: CrashPlace, order: Partial<CrashOrder> = {}, options: { shell?: string } = {}) =>
    startScript(CHILD, [JSON.stringify({ boundaries: 'steps', ...order, ...place, model: modelFile })], options);
  const states = [{ products: {}, runs: [], events: [] } as HomeState];
  for (const generation of [0, 1]) {
    const home = homes[generation + 1]!;
    if (generation === 1) await cp(homes[1]!, home, { recursive: true });
    // In a process of its own: a store may stay open here for a while after it was closed, and could not be copied.
    const results = (await (await start(placeOf(home, generation))).end()).at(-1);
    expect(results).toMatch(generation === 0 ? /^(results| shop\/\w+=published)+$/ : /suspect=quarantined/);
    const looked = placeOf(`${home}-looked-at`, generation);
    await cp(home, looked.home, { recursive: true });
    expect(await findLeftovers(looked)).toEqual([]);
    states.push(await readState(looked));
  }
  let made = 0;
  return {
    root,
    model,
    before: states.slice(0, 2),
    after: states.slice(1),
    async place(generation) {
      const home = join(root, `trial-${made++}`);
      if (generation === 1) await cp(homes[1]!, home, { recursive: true });
      return placeOf(home, generation);
    },
    start,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** What is there right after a death: of each product the state before or the one after, whole. */
export async function expectOldOrNew(bench: CrashBench, place: CrashPlace, generation: 0 | 1): Promise<void> {
  const { products } = await readState(place);
  for (const [id, state] of Object.entries(products)) {
    const { publications } = state as { publications: unknown[] };
    const old =
      (bench.before[generation]!.products[id] as typeof state & { publications: unknown[] })?.publications ?? [];
    const young = (bench.after[generation]!.products[id] as typeof state & { publications: unknown[] }).publications;
    expect([old, young], `${id} is neither as before nor as after`).toContainEqual(publications);
  }
}

/** The next build ends, and then everything is as if nobody had died. */
export async function expectRecovery(bench: CrashBench, place: CrashPlace, generation: 0 | 1): Promise<void> {
  const results = await buildHere(place, bench.model);
  expect(results.filter(({ kind }) => kind === 'failed' || kind === 'waiting')).toEqual([]);
  expect(await readState(place)).toEqual(bench.after[generation]);
  expect(await findLeftovers(place)).toEqual([]);
  await rm(place.home, { recursive: true, force: true });
}

interface Products {
  readonly [id: string]: { readonly publications: readonly { readonly publicationId: string }[] };
}

/** What the build before published is there, whatever came of the last one. */
export async function expectKept(bench: CrashBench, place: CrashPlace, generation: 0 | 1): Promise<void> {
  const products = (await readState(place)).products as Products;
  for (const [id, { publications }] of Object.entries(bench.before[generation]!.products as Products))
    expect(products[id]!.publications.at(-1), id).toEqual(publications.at(-1));
}

/** After a build in which some products failed, the next one ends, and consumers see what they would have seen. */
export async function expectEndAsUsual(bench: CrashBench, place: CrashPlace, generation: 0 | 1): Promise<void> {
  const results = await buildHere(place, bench.model);
  expect(results.filter(({ kind }) => kind === 'failed' || kind === 'waiting')).toEqual([]);
  const state = await readState(place);
  expect(consumersView(state)).toEqual(consumersView(bench.after[generation]!));
  for (const [id, { publications }] of Object.entries(state.products as Products)) {
    const published = publications.map(({ publicationId }) => `${id} published ${publicationId}`);
    const recorded = state.runs.map((run) => run.trim()).filter((run) => run.startsWith(`${id} published`));
    expect(recorded.sort(), 'each publication is in the ledger once').toEqual(published.sort());
    const announced = state.events.filter((event) => event.startsWith(`mesh.publication.published ${id} `));
    expect(announced.sort()).toEqual(
      publications.map(({ publicationId }) => `mesh.publication.published ${id} ${publicationId} handled`).sort(),
    );
  }
  expect(await findLeftovers(place)).toEqual([]);
  await rm(place.home, { recursive: true, force: true });
}

/** Does work for each item, so many at once, in order. */
export async function forEachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
